//! An audience as a sentence, in the reader's language.

use std::collections::BTreeMap;

use super::{Audience, To};
use crate::features::people::lang_text;
use crate::ids::ChatId;
use crate::store::people::Tier;
use crate::store::{StoreError, Tx, segment};
use crate::text;
use crate::texts::{Arg, Text};

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
    let signed_up = list(audience.activities.iter().map(|no| Arg::from(no.to_string())));
    let whole = match (audience.to, groups, conditions) {
        // Whoever signed up gets it, whether they speak for a merchant or not.
        (To::People, groups, None) if signed_up.is_some() => {
            return narrowed(audience, signed(signed_up, groups));
        }
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
    };
    let whole = match signed_up {
        Some(names) if audience.to == To::Groups => {
            text!("segment-groups-signed", audience = whole, names = names)
        }
        Some(names) => text!("segment-people-also-signed", audience = whole, names = names),
        None => whole,
    };
    narrowed(audience, whole)
}

fn signed(names: Option<Arg>, groups: Option<Arg>) -> Text {
    let names = names.unwrap_or_else(|| Arg::from(""));
    match groups {
        Some(groups) => text!("segment-people-signed-in", names = names, groups = groups),
        None => text!("segment-people-signed", names = names),
    }
}

/// Adds in which languages and on which platforms.
fn narrowed(audience: &Audience, mut whole: Text) -> Text {
    if let Some(names) = list(audience.langs.iter().map(|lang| Arg::from(lang_text(Some(*lang))))) {
        whole = text!("segment-only-langs", audience = whole, names = names);
    }
    if let Some(names) = list(audience.platforms.iter().map(Arg::from)) {
        whole = text!("segment-only-platforms", audience = whole, names = names);
    }
    whole
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
    use crate::chat::Lang;
    use crate::ids::ActivityNo;
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

    #[test]
    fn what_narrows_it_down_is_said_too() {
        let texts = Texts::new(jiff::tz::TimeZone::UTC);
        let say = |audience: &Audience| {
            let said = sentence(audience, &BTreeMap::new());
            (texts.say(Lang::En, &said), texts.say(Lang::Zh, &said))
        };
        let chinese = Audience {
            langs: vec![Lang::Zh],
            platforms: vec!["QQ".into(), "Telegram".into()],
            ..Audience::all_groups()
        };
        assert_eq!(
            say(&chinese),
            (
                "all groups, only those that get it in Chinese, only on QQ, Telegram".into(),
                "全部群，仅限语言为中文，仅限平台QQ、Telegram".into()
            )
        );
        let signed = Audience { activities: vec![ActivityNo(5)], ..Audience::all_people() };
        assert_eq!(
            say(&signed),
            ("whoever signed up for E-5, in private".into(), "已报名E-5的人（私聊）".into())
        );
        let crowns = Audience { tiers: vec!["crown".into()], ..signed.clone() };
        assert_eq!(
            say(&crowns),
            (
                "the people of merchants of the tier crown, in private, if they signed up for E-5".into(),
                "等级为皇冠的商家联系人（私聊），且已报名E-5".into()
            )
        );
        let groups = Audience { to: To::Groups, ..signed };
        assert_eq!(
            say(&groups),
            (
                "all groups, only those in which somebody signed up for E-5".into(),
                "全部群，仅限有人报名E-5的群".into()
            )
        );
    }
}
