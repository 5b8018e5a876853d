//! Writes an audience as a line that staff can edit and that [`super::parse`] reads back as the same audience.

use std::collections::HashMap;

use super::parse::{is_gap, keyword};
use super::words::tier_named;
use super::{Audience, To, Vocabulary};
use crate::chat::Lang;
use crate::ids::ChatId;

/// The words of a line in one language.
struct Words {
    groups: &'static str,
    everybody: &'static str,
    to_groups: &'static str,
    to_people: &'static str,
    group: &'static str,
    tier: &'static str,
    category: &'static str,
    tag: &'static str,
    lang: &'static str,
    platform: &'static str,
    activity: &'static str,
    between: &'static str,
}

const ENGLISH: Words = Words {
    groups: "all groups",
    everybody: "everyone",
    to_groups: "to groups",
    to_people: "people",
    group: "group",
    tier: "tier",
    category: "category",
    tag: "tag",
    lang: "language",
    platform: "platform",
    activity: "activity",
    between: ", ",
};
const CHINESE: Words = Words {
    groups: "全部群",
    everybody: "全部商家",
    to_groups: "发给 群",
    to_people: "商家",
    group: "群",
    tier: "等级",
    category: "类目",
    tag: "标签",
    lang: "语言",
    platform: "平台",
    activity: "活动",
    between: "、",
};

/// The line that means this audience. A group that is gone stands in it by its id, which reads as unknown: an audience
/// never grows because a name is missing.
pub fn line(audience: &Audience, known: &Vocabulary, lang: Lang) -> String {
    let words = if lang == Lang::Zh { CHINESE } else { ENGLISH };
    let mut parts = Vec::new();
    match (audience.to, audience.asks_for_people(), audience.groups.is_empty()) {
        (To::Groups, false, true) => parts.push(words.groups.to_owned()),
        (To::People, false, true) => parts.push(words.everybody.to_owned()),
        (To::Groups, true, _) => parts.push(words.to_groups.to_owned()),
        (To::People, _, false) => parts.push(words.to_people.to_owned()),
        (To::Groups, false, false) | (To::People, true, true) => {}
    }
    let tiers = audience.tiers.iter().map(|tier| tier_word(tier, lang));
    let groups = audience.groups.iter().map(|id| quoted(&known.name_of(id)));
    for (field, names) in [
        (words.tier, tiers.collect::<Vec<_>>()),
        (words.category, audience.categories.iter().map(|name| bare_or_quoted(name)).collect()),
        (words.tag, audience.tags.iter().map(|name| bare_or_quoted(name)).collect()),
        (words.group, groups.collect()),
        (words.lang, audience.langs.iter().map(|one| lang_word(*one, lang).to_owned()).collect()),
        (words.platform, audience.platforms.iter().map(|name| bare_or_quoted(name)).collect()),
        (words.activity, audience.activities.iter().map(ToString::to_string).collect()),
    ] {
        if !names.is_empty() {
            parts.push(format!("{field} {}", names.join(words.between)));
        }
    }
    parts.join(" ")
}

impl Vocabulary {
    /// What a group is called where its title alone would mean several.
    pub fn name_of(&self, id: &ChatId) -> String {
        let names = || self.groups.iter().filter(|(of, _)| of == id).map(|(_, name)| name);
        let is_alone = |name: &&String| {
            let lower = name.to_lowercase();
            self.groups.iter().filter(|(_, other)| other.to_lowercase() == lower).count() == 1
        };
        names().find(is_alone).or_else(|| names().next_back()).map_or_else(|| id.to_string(), Clone::clone)
    }

    /// What every group is called, as [`Self::name_of`] says of one, in their order: going through them for each takes seconds where
    /// there are thousands.
    pub fn group_names(&self) -> Vec<(&ChatId, &str)> {
        let mut times: HashMap<String, usize> = HashMap::new();
        for (_, name) in &self.groups {
            *times.entry(name.to_lowercase()).or_default() += 1;
        }
        let mut places: HashMap<&ChatId, usize> = HashMap::new();
        let mut all: Vec<(&ChatId, &str, bool)> = Vec::new();
        for (id, name) in &self.groups {
            let one = (id, name.as_str(), times.get(&name.to_lowercase()) == Some(&1));
            match places.get(id) {
                None => {
                    places.insert(id, all.len());
                    all.push(one);
                }
                // The first that means it alone, else the last.
                Some(at) if !all[*at].2 => all[*at] = one,
                Some(_) => {}
            }
        }
        all.into_iter().map(|(id, name, _)| (id, name)).collect()
    }
}

fn lang_word(one: Lang, lang: Lang) -> &'static str {
    match (lang, one) {
        (Lang::En, Lang::En) => "English",
        (Lang::En, Lang::Zh) => "Chinese",
        (Lang::Zh, Lang::En) => "英文",
        (Lang::Zh, Lang::Zh) => "中文",
    }
}

fn tier_word(tier: &str, lang: Lang) -> String {
    let word = match (lang, tier) {
        (Lang::Zh, "none") => "新手",
        (Lang::Zh, "heart") => "红心",
        (Lang::Zh, "diamond") => "钻石",
        (Lang::Zh, "crown") => "皇冠",
        (Lang::En, "none") => "newcomer",
        _ => tier,
    };
    if tier_named(word).is_some_and(|known| known.word() == tier) { word.to_owned() } else { quoted(tier) }
}

/// A name of one plain word stands as it is.
fn bare_or_quoted(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '&');
    let is_word = !name.is_empty() && name.chars().all(plain) && !name.contains(is_gap);
    if is_word && keyword(&name.to_lowercase()).is_none() { name.to_owned() } else { quoted(name) }
}

/// A name between the quotation marks that it does not hold itself.
fn quoted(name: &str) -> String {
    let pairs = [('"', '"'), ('“', '”'), ('「', '」'), ('《', '》')];
    let (open, close) = pairs.into_iter().find(|(_, close)| !name.contains(*close)).unwrap_or(pairs[0]);
    format!("{open}{name}{close}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::segment::parse;
    use crate::features::wording::Wording;
    use crate::ids::ActivityNo;

    fn known() -> Vocabulary {
        let words = |all: &[&str]| all.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        Vocabulary {
            groups: [
                ("g1", "皇冠商家群"),
                ("g2", "tier \"crown\", tag vip"),
                ("g3", "Sellers"),
                ("g3", "Sellers @telegram"),
                ("g4", "sellers"),
                ("g4", "sellers @qq"),
            ]
            .map(|(id, title)| (id.into(), title.to_owned()))
            .to_vec(),
            tiers: words(&["crown", "none", "platinum club"]),
            categories: words(&["apparel", "home & garden"]),
            tags: words(&["vip", "tag", "大促 主会场", "a\"b”c"]),
            platforms: words(&["QQ", "Two Words"]),
            activities: vec![(ActivityNo(5), Wording::default()), (ActivityNo(3), Wording::default())],
        }
    }

    #[test]
    fn all_groups_are_called_in_one_go_what_each_is_called_alone() {
        let known = known();
        let names = known.group_names();
        let ids: Vec<_> = names.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(ids, ["g1", "g2", "g3", "g4"]);
        for (id, name) in names {
            assert_eq!(name, known.name_of(id), "{id}");
        }
    }

    #[test]
    fn every_audience_is_read_back_from_its_line_in_both_languages() {
        let known = known();
        let some = |all: &[String], from: usize| all.iter().skip(from).cloned().collect::<Vec<_>>();
        let ids = ["g1", "g2", "g3", "g4"].map(ChatId::from);
        let mut tried = 0;
        for to in [To::Groups, To::People] {
            for groups in 0..=ids.len() {
                for ((tiers, categories, tags), where_) in
                    [(0, 9, 9), (9, 0, 9), (9, 9, 0), (9, 9, 9), (0, 0, 0), (1, 1, 1), (2, 9, 3)]
                        .into_iter()
                        .flat_map(|who| (0..4).map(move |where_| (who, where_)))
                {
                    let audience = Audience {
                        to,
                        groups: ids[groups..].to_vec(),
                        tiers: some(&known.tiers, tiers),
                        categories: some(&known.categories, categories),
                        tags: some(&known.tags, tags),
                        langs: [Lang::Zh, Lang::En].into_iter().skip(where_).collect(),
                        platforms: some(&known.platforms, 2_usize.saturating_sub(where_)),
                        activities: known.activities.iter().map(|(no, _)| *no).skip(where_ % 3).collect(),
                    };
                    for lang in Lang::ALL {
                        let line = line(&audience, &known, lang);
                        assert_eq!(parse(&line, &known).as_ref(), Ok(&audience), "{line}");
                        tried += 1;
                    }
                }
            }
        }
        assert_eq!(tried, 560);
    }

    #[test]
    fn the_line_of_a_group_that_is_gone_is_refused_instead_of_meaning_more() {
        let audience = Audience { groups: vec!["gone".into()], ..Audience::default() };
        let line = line(&audience, &known(), Lang::En);
        assert_eq!(line, "group \"gone\"");
        assert_eq!(parse(&line, &known()).unwrap_err().key, "segment-unknown");
    }

    #[test]
    fn a_title_that_several_groups_have_means_all_of_them() {
        let found = parse("group Sellers", &known()).unwrap();
        assert_eq!(found.groups, ["g3".into(), "g4".into()]);
        assert_eq!(parse("group sellers @qq", &known()).unwrap().groups, ["g4".into()]);
    }

    #[test]
    fn lines_read_as_staff_would_write_them() {
        let audience = Audience {
            to: To::People,
            tiers: vec!["crown".into(), "none".into()],
            tags: vec!["vip".into()],
            ..Audience::default()
        };
        assert_eq!(line(&audience, &known(), Lang::En), "tier crown, newcomer tag vip");
        assert_eq!(line(&audience, &known(), Lang::Zh), "等级 皇冠、新手 标签 vip");
        assert_eq!(line(&Audience::all_people(), &known(), Lang::Zh), "全部商家");
        let audience =
            Audience { langs: vec![Lang::Zh], platforms: vec!["QQ".into()], ..Audience::all_groups() };
        assert_eq!(line(&audience, &known(), Lang::En), "all groups language Chinese platform QQ");
        assert_eq!(line(&audience, &known(), Lang::Zh), "全部群 语言 中文 平台 QQ");
        let audience = Audience { activities: vec![ActivityNo(5)], ..Audience::all_people() };
        assert_eq!(line(&audience, &known(), Lang::En), "activity E-5");
    }
}
