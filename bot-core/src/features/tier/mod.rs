//! Tiers: staff set how far a merchant has grown, and groups show it beside the names of the merchant's people.

mod decide;
mod group;
mod show;

use async_trait::async_trait;

use crate::chat::EventBody;
use crate::courier::End;
use crate::error::{FeatureError, Result};
use crate::feature::{
    ArgKind, ArgSpec, CommandSpec, Due, Feature, Flow, Incoming, Invocation, Manifest, Offer, Places,
    Receipt, Typed,
};
use crate::features::segment::tier_named;
use crate::ids::{MerchantId, StaffId};
use crate::roster::Permission;
use crate::store::people::{self, ContactRole, Merchant, Tier};
use crate::store::tier::{self as store, Carried, Shows};
use crate::text;
use crate::texts::Text;
use crate::work::Work;

pub use group::{set, shows_text};

/// The feature's name.
const NAME: &str = "tier";

/// Tiers.
pub struct TierFeature;

static MANIFEST: Manifest = Manifest {
    name: NAME,
    commands: &[
        CommandSpec {
            name: "tier",
            needs: Some(Permission::EditPeople),
            places: Places::Staff,
            args: &[
                ArgSpec { name: "who", kind: ArgKind::Who, required: true },
                ArgSpec { name: "tier", kind: ArgKind::Word, required: false },
                ArgSpec { name: "shop", kind: ArgKind::Rest, required: false },
            ],
        },
        CommandSpec {
            name: "badge",
            needs: Some(Permission::EditPeople),
            places: Places::Groups,
            args: &[ArgSpec { name: "shows", kind: ArgKind::Word, required: true }],
        },
    ],
    timers: &["round"],
    buttons: &[],
    forms: &[],
    pages: &["/groups"],
};

/// Says how far a merchant has grown, and shows it in the groups of its people.
///
/// # Errors
/// One sentence when the staff member may not or the merchant has that tier; or the database fails.
pub async fn grow(work: &mut Work, by: &StaffId, merchant: &Merchant, tier: Tier) -> Result<()> {
    let may = work.hall.roster.load().who_may(by, Permission::EditPeople).is_some();
    if !may {
        return Err(Text::new("tier-not-allowed").into());
    }
    if merchant.tier == tier {
        return Err(text!("tier-is-so", shop = &merchant.name, tier = tier.text()).into());
    }
    let tx = work.tx().await?;
    people::update_merchant(tx, &Merchant { tier, ..merchant.clone() }).await?;
    let detail = format!("{} → {}", merchant.tier.word(), tier.word());
    work.audit_staff(by, "merchant.tier", &merchant.id, Some(detail)).await?;
    show_anew(work, &merchant.id).await
}

/// Shows in all groups what a merchant has become.
///
/// # Errors
/// When the database fails.
pub async fn show_anew(work: &mut Work, merchant: &MerchantId) -> Result<()> {
    for person in people::persons_of(work.tx().await?, merchant).await? {
        show::everywhere(work, &person).await?;
    }
    Ok(())
}

/// The one of somebody's shops that is meant: their only one, or the one whose name has these words.
fn meant(shops: Vec<(Merchant, ContactRole)>, words: Option<&str>) -> Result<Merchant, Text> {
    let names = |shops: &[(Merchant, ContactRole)]| {
        shops.iter().map(|(shop, _)| shop.name.clone()).collect::<Vec<_>>().join(", ")
    };
    let all = names(&shops);
    let words = words.map(str::to_lowercase);
    let fits = |shop: &Merchant| words.as_ref().is_none_or(|words| shop.name.to_lowercase().contains(words));
    let is_it = |shop: &Merchant| words.as_ref().is_some_and(|words| shop.name.to_lowercase() == *words);
    let mut found: Vec<_> = shops.into_iter().filter(|(shop, _)| fits(shop)).collect();
    if let Some(exact) = found.iter().position(|(shop, _)| is_it(shop)) {
        return Ok(found.swap_remove(exact).0);
    }
    match found.len() {
        0 if all.is_empty() => Err(Text::new("tier-no-shop")),
        0 => Err(text!("tier-other-shops", shops = all)),
        1 => Ok(found.swap_remove(0).0),
        _ => Err(text!("tier-which-shop", shops = names(&found))),
    }
}

/// `/tier WHO [TIER [SHOP]]`.
async fn tier(work: &mut Work, call: &Invocation) -> Result<()> {
    let Some(user) = work.find_user_anywhere(call, "who").await? else {
        let what = Text::new("command-needs-who");
        return Err(text!("command-missing", what = what, usage = call.spec.usage()).into());
    };
    let shops = people::merchants_of(work.tx().await?, &user.person).await?;
    let said = match call.args.words("tier") {
        None if shops.is_empty() => return Err(Text::new("tier-no-shop").into()),
        None => {
            let line = |(shop, _): &(Merchant, ContactRole)| {
                work.hall
                    .texts
                    .say(call.at.lang, &text!("tier-of", shop = &shop.name, tier = shop.tier.text()))
            };
            shops.iter().map(line).collect::<Vec<_>>().join("\n")
        }
        Some(word) => {
            let Some(tier) = tier_named(word) else {
                let what = Text::new("tier-needs-tier");
                return Err(
                    text!("command-wrong", what = what, found = word, usage = call.spec.usage()).into()
                );
            };
            let shop = meant(shops, call.args.words("shop")).map_err(FeatureError::from)?;
            let by = call.at.staff.as_ref().map(|staff| staff.id.clone());
            grow(work, &by.ok_or_else(|| FeatureError::from(Text::new("tier-not-allowed")))?, &shop, tier)
                .await?;
            let (was, is) = (shop.tier.text(), tier.text());
            work.hall.texts.say(call.at.lang, &text!("tier-set", shop = &shop.name, was = was, tier = is))
        }
    };
    work.say(call.at.place(), said);
    Ok(())
}

#[async_trait]
impl Feature for TierFeature {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    async fn on_event(&self, work: &mut Work, incoming: &Incoming) -> Result<Flow> {
        match (&incoming.event.body, &incoming.user) {
            (EventBody::Joined { .. }, Some(user)) => {
                show::of_person(work, &incoming.chat, &user.person).await?;
            }
            // Who comes back comes with nothing.
            (EventBody::Left { .. }, Some(user))
                if group::shown_in(work, &incoming.chat.id).await?.is_some() =>
            {
                store::put_member(work.tx().await?, &incoming.chat.id, &user.id, &Carried::default()).await?;
            }
            _ => {}
        }
        Ok(Flow::Pass)
    }

    async fn on_command(&self, work: &mut Work, call: &Invocation) -> Result<()> {
        match call.spec.name {
            "tier" => tier(work, call).await,
            _ => group::command(work, call).await,
        }
    }

    fn offers(&self) -> &'static [&'static str] {
        &["badge"]
    }

    async fn offer(&self, work: &mut Work, typed: &Typed) -> Result<Vec<Offer>> {
        let label = |shows| work.hall.texts.say(typed.at.lang, &shows_text(shows));
        Ok(Shows::ALL.into_iter().map(|shows| Offer::new(shows.word(), label(shows))).collect())
    }

    async fn on_timer(&self, work: &mut Work, due: &Due) -> Result<()> {
        Ok(group::round(work, &due.key.as_str().into()).await?)
    }

    async fn on_receipt(&self, work: &mut Work, receipt: &Receipt) -> Result<()> {
        match &receipt.end {
            End::Rejected(refused) => show::refused(work, receipt, &refused.why).await,
            // What is in doubt is the same when it is done again, so the courier has done it again already.
            End::Sent(_) | End::Unknown { .. } => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop(name: &str) -> (Merchant, ContactRole) {
        let merchant = Merchant {
            id: name.into(),
            name: name.into(),
            category: "apparel".into(),
            tier: Tier::None,
            tags: Default::default(),
            created_at_ms: 0,
        };
        (merchant, ContactRole::Admin)
    }

    fn chosen(shops: &[&str], words: Option<&str>) -> Result<String, String> {
        let shops = shops.iter().map(|name| shop(name)).collect();
        meant(shops, words).map(|shop| shop.name).map_err(|text| text.key.into_owned())
    }

    #[test]
    fn the_only_shop_or_the_one_that_is_named_is_meant() {
        assert_eq!(chosen(&["A"], None), Ok("A".into()));
        assert_eq!(chosen(&["Silk House", "Pier"], Some("silk")), Ok("Silk House".into()));
        assert_eq!(chosen(&["Pier", "Pier 2"], Some("pier")), Ok("Pier".into()), "whole names come first");
        assert_eq!(chosen(&["Pier", "Pier 2"], None), Err("tier-which-shop".into()));
        assert_eq!(chosen(&["Pier 1", "Pier 2"], Some("pier")), Err("tier-which-shop".into()));
        assert_eq!(chosen(&["Pier"], Some("silk")), Err("tier-other-shops".into()));
        assert_eq!(chosen(&[], Some("silk")), Err("tier-no-shop".into()));
    }
}
