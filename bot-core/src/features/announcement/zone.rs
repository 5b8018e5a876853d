//! `/zone`: in which time zone somebody, a group or a shop is.

use jiff::tz::TimeZone;

use crate::chat::Content;
use crate::error::Result;
use crate::feature::{Actor, Invocation};
use crate::features::segment::nearest;
use crate::ids::{MerchantId, StaffId};
use crate::roster::Permission;
use crate::store::announcement::zone::{self, Whose};
use crate::store::people;
use crate::text;
use crate::texts::Text;
use crate::work::Work;

/// Longest name that is quoted back, in characters.
const QUOTED_CHARS: usize = 40;

/// The zone of a name, spelt as IANA spells it.
///
/// # Errors
/// One sentence that names the nearest.
pub fn zone_named(typed: &str) -> std::result::Result<String, Text> {
    let typed = typed.trim().replace(' ', "_");
    let db = jiff::tz::db();
    if let Ok(zone) = db.get(&typed)
        && let Some(name) = zone.iana_name()
    {
        return Ok(name.to_owned());
    }
    // Some systems keep each zone three times, for clocks that count otherwise.
    let is_usual = |name: &String| !name.starts_with("posix/") && !name.starts_with("right/");
    let known: Vec<String> = db.available().map(|name| name.to_string()).filter(is_usual).collect();
    let lower = typed.to_lowercase();
    // `Shanghai` alone is enough where there is one of it.
    let city = |name: &&String| name.rsplit('/').next().is_some_and(|last| last.to_lowercase() == lower);
    let cities: Vec<&String> = known.iter().filter(city).collect();
    if let [only] = cities.as_slice() {
        return Ok((*only).clone());
    }
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    let found = typed.chars().take(QUOTED_CHARS).collect::<String>();
    Err(match nearest(&typed, &names) {
        Some(near) => text!("announcement-zone-unknown-near", found = found, near = near),
        None => text!("announcement-zone-unknown", found = found),
    })
}

fn is_none(word: &str) -> bool {
    matches!(word.to_lowercase().as_str(), "off" | "none" | "-" | "无" | "清除")
}

/// `/zone` says it, `/zone Asia/Tokyo` changes it: in private one's own, in a group, for staff, the group's; staff say
/// `/zone Asia/Tokyo SHOP` for a merchant.
pub(super) async fn command(work: &mut Work, call: &Invocation) -> Result<()> {
    let at = &call.at;
    let typed = call.args.words("what").unwrap_or_default().trim().to_owned();
    let (zone_word, shop) = typed.split_once(char::is_whitespace).unwrap_or((typed.as_str(), ""));
    let said = if !shop.trim().is_empty() {
        of_shop(work, at, zone_word, shop.trim()).await?
    } else {
        of_here(work, call, zone_word).await?
    };
    let said = work.hall.texts.say(at.lang, &said);
    work.say(at.place(), Content::text(said).replying_to(call.message.clone()));
    Ok(())
}

async fn of_here(work: &mut Work, call: &Invocation, typed: &str) -> Result<Text> {
    let at = &call.at;
    let person = at.user.person.clone();
    let whose =
        if at.chat.is_direct() { Whose::Person(person.as_str()) } else { Whose::Chat(at.chat.id.as_str()) };
    if typed.is_empty() {
        let hall = work.hall.texts.zone().iana_name().unwrap_or("UTC").to_owned();
        let usage = call.spec.usage();
        return Ok(match zone::get(work.tx().await?, whose).await? {
            Some(name) => text!("announcement-zone-is", named = name, usage = usage),
            None => text!("announcement-zone-hall", named = hall, usage = usage),
        });
    }
    if !at.chat.is_direct() && at.staff_who_may(Permission::Announce).is_none() {
        return Err(Text::new("announcement-zone-not-allowed").into());
    }
    let name = if is_none(typed) { None } else { Some(zone_named(typed)?) };
    zone::put(work.tx().await?, whose, name.as_deref()).await?;
    if !at.chat.is_direct() {
        work.audit(at, "zone.set", &at.chat.id, name.clone()).await?;
    }
    Ok(changed(name))
}

async fn of_shop(work: &mut Work, at: &Actor, typed: &str, shop: &str) -> Result<Text> {
    let Some(staff) = at.staff_who_may(Permission::EditPeople).map(|staff| staff.id.clone()) else {
        return Err(Text::new("announcement-zone-not-allowed").into());
    };
    let found = people::merchants_called(work.tx().await?, shop).await?;
    let [merchant] = found.as_slice() else {
        return Err(text!("announcement-zone-shop", shop = shop, count = found.len()).into());
    };
    let name = set_of_merchant(work, &merchant.id, typed, &staff).await?;
    Ok(changed(name))
}

/// Says in which zone a merchant is; empty or `none` for what its people or groups say, or the hall's.
///
/// # Errors
/// One sentence when there is no such zone.
pub async fn set_of_merchant(
    work: &mut Work,
    merchant: &MerchantId,
    typed: &str,
    by: &StaffId,
) -> Result<Option<String>> {
    let typed = typed.trim();
    let name = if typed.is_empty() || is_none(typed) { None } else { Some(zone_named(typed)?) };
    zone::put(work.tx().await?, Whose::Merchant(merchant.as_str()), name.as_deref()).await?;
    work.audit_staff(by, "zone.set", merchant, name.clone()).await?;
    Ok(name)
}

fn changed(name: Option<String>) -> Text {
    match name {
        Some(name) => {
            // A zone that was just read is there.
            let zone = TimeZone::get(&name).unwrap_or(TimeZone::UTC);
            text!("announcement-zone-set", named = zone.iana_name().unwrap_or("UTC").to_owned())
        }
        None => Text::new("announcement-zone-forgotten"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_found_as_people_write_them() {
        for (typed, name) in [
            ("Asia/Shanghai", "Asia/Shanghai"),
            ("asia/shanghai", "Asia/Shanghai"),
            ("America/Los Angeles", "America/Los_Angeles"),
            ("tokyo", "Asia/Tokyo"),
            ("UTC", "UTC"),
        ] {
            assert_eq!(zone_named(typed).as_deref(), Ok(name), "{typed}");
        }
        let near = zone_named("Asia/Shangai").unwrap_err();
        assert_eq!(near.key, "announcement-zone-unknown-near");
        assert!(format!("{near:?}").contains("Asia/Shanghai"), "{near:?}");
        assert_eq!(zone_named("🦀🦀🦀").unwrap_err().key, "announcement-zone-unknown");
    }
}
