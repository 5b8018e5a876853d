//! Audiences: who gets what is pushed, as a filter that staff type and read as a sentence.

mod line;
mod parse;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::chat::{AccountId, Address, Feature as Can, Lang, UserKey};
use crate::hall::Hall;
use crate::ids::{ChatId, UserId};
use crate::store::people::Tier;
use crate::store::{StoreError, Tx, segment};
use crate::text;
use crate::texts::{Arg, Text};

pub use line::line;
pub use parse::{Vocabulary, parse, tier_named};

/// How many recipients are read with one statement.
const PAGE: i64 = 5_000;

/// Who gets what is pushed. An empty list means any; lists that are not empty must all match.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Audience {
    /// The groups themselves, or people in private.
    pub to: To,
    /// These groups; of people, those who are members of one of them.
    pub groups: Vec<ChatId>,
    /// Merchants of one of these categories.
    pub categories: Vec<String>,
    /// Merchants of one of these tiers.
    pub tiers: Vec<String>,
    /// Merchants with one of these tags.
    pub tags: Vec<String>,
}

/// What sort of chat is written to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum To {
    /// The group chats.
    #[default]
    Groups,
    /// The direct chat of each person of the matching merchants.
    People,
}

/// One recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The id of the group's chat or of the person: one recipient gets a push once.
    pub recipient: String,
    /// The name of the person or the title of the group.
    pub name: String,
    /// The account that reaches them; `None` for a person without any chat identity.
    pub account: Option<AccountId>,
    /// The identity through which a person is reached.
    pub user: Option<UserId>,
    /// Where; `None` for a direct chat that is yet to be made.
    pub chat: Option<ChatId>,
    /// The language that they get it in.
    pub lang: Lang,
}

/// A recipient that cannot be written to, and why in one word; see [`crate::features::delivery::reason`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreachable {
    /// Who.
    pub target: Target,
    /// Why: `blocked`, `not_started`, `deactivated`, `kicked`, `untried`, `no_user` or `idle`.
    pub reason: String,
}

/// Everybody in an audience at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Who will get it.
    pub targets: Vec<Target>,
    /// Who cannot get it.
    pub unreachable: Vec<Unreachable>,
}

impl Audience {
    /// All groups.
    pub fn all_groups() -> Self {
        Self::default()
    }

    /// The people of all merchants.
    pub fn all_people() -> Self {
        Self { to: To::People, ..Self::default() }
    }

    fn asks_for_merchants(&self) -> bool {
        !(self.categories.is_empty() && self.tiers.is_empty() && self.tags.is_empty())
    }
}

/// The accounts that may write to a person who has not written first.
pub(crate) fn write_first(hall: &Hall) -> Vec<AccountId> {
    let stranger = Address { chat: None, peer: Some(UserKey::from("")), via: None, thread: None };
    hall.platforms()
        .iter()
        .filter(|(_, platform)| platform.capabilities(&stranger).is_native(Can::DirectFirst))
        .map(|(account, _)| account.clone())
        .collect()
}

/// Everybody in an audience, one entry a recipient. For large audiences prefer
/// [`segment::summary`] and [`segment::page`].
///
/// # Errors
/// When the database fails.
pub async fn plan(tx: &mut Tx, hall: &Hall, audience: &Audience) -> Result<Plan, StoreError> {
    let first = write_first(hall);
    let filter = segment::Filter { audience, write_first: &first, default_lang: hall.default_lang };
    let mut plan = Plan::default();
    let mut after = String::new();
    loop {
        let page = segment::page(tx, &filter, &after, PAGE).await?;
        let Some((last, _)) = page.last() else { return Ok(plan) };
        after.clone_from(&last.recipient);
        for (target, reason) in page {
            match reason {
                None => plan.targets.push(target),
                Some(reason) => plan.unreachable.push(Unreachable { target, reason }),
            }
        }
    }
}

/// An audience as a sentence. `titles` gives the groups' names.
pub fn sentence(audience: &Audience, titles: &BTreeMap<ChatId, String>) -> Text {
    let groups = list(audience.groups.iter().map(|id| match titles.get(id) {
        Some(title) => Arg::from(title),
        None => Arg::from(Text::new("segment-group-gone")),
    }));
    let mut conditions = Vec::new();
    if let Some(names) = list(audience.tiers.iter().map(|tier| tier_name(tier))) {
        conditions.push(text!("segment-of-tier", names = names));
    }
    if let Some(names) = list(audience.categories.iter().map(Arg::from)) {
        conditions.push(text!("segment-of-category", names = names));
    }
    if let Some(names) = list(audience.tags.iter().map(Arg::from)) {
        conditions.push(text!("segment-of-tag", names = names));
    }
    let conditions =
        conditions.into_iter().reduce(|first, next| text!("segment-and", first = first, next = next));
    match (audience.to, groups, conditions) {
        (To::Groups, None, None) => Text::new("segment-groups-all"),
        (To::Groups, Some(groups), None) => text!("segment-groups", groups = groups),
        (To::Groups, None, Some(merchants)) => text!("segment-groups-with", merchants = merchants),
        (To::Groups, Some(groups), Some(merchants)) => {
            text!("segment-groups-both", groups = groups, merchants = merchants)
        }
        (To::People, None, None) => Text::new("segment-people-all"),
        (To::People, Some(groups), None) => text!("segment-people-in", groups = groups),
        (To::People, None, Some(merchants)) => text!("segment-people-with", merchants = merchants),
        (To::People, Some(groups), Some(merchants)) => {
            text!("segment-people-both", groups = groups, merchants = merchants)
        }
    }
}

/// An audience as a sentence, with the groups' names as they are now.
///
/// # Errors
/// When the database fails.
pub async fn in_words(tx: &mut Tx, audience: &Audience) -> Result<Text, StoreError> {
    let titles = segment::titles(tx, &audience.groups).await?;
    Ok(sentence(audience, &titles))
}

/// Names, one after another, joined as the reader's language joins them; `None` of none.
fn list(names: impl Iterator<Item = Arg>) -> Option<Arg> {
    names.reduce(|first, next| {
        let mut both = Text::new("segment-list");
        both.args.insert("first".into(), first);
        both.args.insert("next".into(), next);
        both.into()
    })
}

/// A tier's name; one that is not known here is shown as it is stored.
pub fn tier_name(tier: &str) -> Arg {
    Tier::from_word(tier).map_or_else(|| tier.into(), |known| known.text().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Texts;

    #[test]
    fn an_audience_reads_as_a_sentence_in_both_languages() {
        let texts = Texts::new(jiff::tz::TimeZone::UTC);
        let titles = BTreeMap::from([(ChatId::from("g1"), "皇冠商家群".to_owned())]);
        let say = |audience: &Audience| {
            let said = sentence(audience, &titles);
            (texts.say(Lang::En, &said), texts.say(Lang::Zh, &said))
        };
        let words = |all: &[&str]| all.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        assert_eq!(say(&Audience::all_groups()), ("all groups".into(), "全部群".into()));
        let named = Audience { groups: vec!["g1".into(), "gone".into()], ..Audience::default() };
        assert_eq!(
            say(&named),
            (
                "the groups: 皇冠商家群, a group that is gone".into(),
                "以下群：皇冠商家群、已不存在的群".into()
            )
        );
        let people = Audience {
            to: To::People,
            tiers: words(&["crown", "diamond"]),
            categories: words(&["apparel"]),
            tags: words(&["vip"]),
            ..Audience::default()
        };
        assert_eq!(
            say(&people),
            (
                "the people of merchants of the tier crown, diamond and of the category apparel and with the tag vip, in private".into(),
                "等级为皇冠、钻石且类目为apparel且带标签vip的商家联系人（私聊）".into()
            )
        );
    }
}
