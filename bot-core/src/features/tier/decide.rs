//! What a merchant's contact carries in a group, and what has to be changed for it.

use crate::chat::utf16_len;
use crate::store::people::Tier;
use crate::store::tier::{Carried, Shows};

/// A member of a group who speaks for a merchant, or did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member<'a> {
    /// What the platform calls them now: their own name, or the nick that we gave them.
    pub(super) name: &'a str,
    /// The shop that they speak for, and its tier; the highest, where they speak for several.
    pub(super) shop: Option<(&'a str, Tier)>,
    /// What they carry by our doing.
    pub(super) carried: &'a Carried,
}

/// What a member is to carry.
///
/// `most` is how long a nick may be on the platform, UTF-16 units.
pub(super) fn wanted(
    member: &Member<'_>,
    shows: Shows,
    badge_of: impl Fn(Tier) -> Option<String>,
    nick_of: impl Fn(&str, &str) -> String,
    most: usize,
) -> Carried {
    let own_name = own_name(member);
    let badge = member.shop.filter(|_| shows.badge).and_then(|(_, tier)| badge_of(tier));
    let nick = member.shop.filter(|_| shows.nick).map(|(shop, _)| fitted(shop, own_name, &nick_of, most));
    Carried { badge, own_name: nick.is_some().then(|| own_name.to_owned()), nick }
}

/// The name that somebody has without our doing. The platform tells the nick in its place once it stands.
fn own_name<'a>(member: &Member<'a>) -> &'a str {
    match (&member.carried.nick, &member.carried.own_name) {
        (Some(nick), Some(own)) if nick == member.name => own,
        _ => member.name,
    }
}

/// The nick with as much of the shop's name as there is room for.
fn fitted(shop: &str, name: &str, nick_of: &impl Fn(&str, &str) -> String, most: usize) -> String {
    let mut shop = shop.to_owned();
    loop {
        let nick = nick_of(&shop, name);
        if utf16_len(&nick) <= most {
            return nick;
        }
        if shop.pop().is_none() {
            let mut units = 0;
            return name
                .chars()
                .take_while(|c| {
                    units += c.len_utf16();
                    units <= most
                })
                .collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wants(
        name: &str,
        shop: Option<(&str, Tier)>,
        carried: &Carried,
        shows: Shows,
        most: usize,
    ) -> Carried {
        let badge_of = |tier: Tier| (tier != Tier::None).then(|| tier.word().to_owned());
        let nick_of = |shop: &str, name: &str| format!("{shop} · {name}");
        wanted(&Member { name, shop, carried }, shows, badge_of, nick_of, most)
    }

    const BOTH: Shows = Shows { badge: true, nick: true };

    #[test]
    fn a_contact_carries_the_tier_and_the_shop_and_a_guest_nothing() {
        let nothing = Carried::default();
        let carried = wants("林", Some(("云裳阁", Tier::Crown)), &nothing, BOTH, 32);
        assert_eq!(carried.badge.as_deref(), Some("crown"));
        assert_eq!(carried.nick.as_deref(), Some("云裳阁 · 林"));
        assert_eq!(carried.own_name.as_deref(), Some("林"));
        assert_eq!(wants("林", None, &carried, BOTH, 32), nothing);
        let newcomer = wants("林", Some(("云裳阁", Tier::None)), &nothing, BOTH, 32);
        assert_eq!(newcomer.badge, None, "a newcomer has no badge");
        let shows = Shows { badge: true, nick: false };
        assert_eq!(wants("林", Some(("云裳阁", Tier::Crown)), &nothing, shows, 32).nick, None);
    }

    #[test]
    fn a_nick_that_the_platform_tells_as_the_name_is_not_put_into_another() {
        let once = wants("林", Some(("云裳阁", Tier::Crown)), &Carried::default(), BOTH, 32);
        let told = once.nick.clone().unwrap();
        assert_eq!(wants(&told, Some(("云裳阁", Tier::Crown)), &once, BOTH, 32), once);
        let moved = wants(&told, Some(("新店", Tier::Crown)), &once, BOTH, 32);
        assert_eq!(moved.nick.as_deref(), Some("新店 · 林"));
        let renamed = wants("林先生", Some(("云裳阁", Tier::Crown)), &once, BOTH, 32);
        assert_eq!(renamed.nick.as_deref(), Some("云裳阁 · 林先生"));
    }

    #[test]
    fn a_long_shop_leaves_room_for_the_name() {
        let nothing = Carried::default();
        let nick = |most| wants("林", Some(("云裳阁旗舰店", Tier::None)), &nothing, BOTH, most).nick.unwrap();
        assert_eq!(nick(7), "云裳阁 · 林");
        assert_eq!(nick(3), "林", "no room for any shop");
        let long = wants("🦊🦊🦊", Some(("a", Tier::None)), &nothing, BOTH, 5).nick.unwrap();
        assert_eq!(long, "🦊🦊");
    }
}
