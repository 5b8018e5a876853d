//! Who something goes to: the lists from which that is chosen.

use bot_core::chat::Lang;
use bot_core::features::segment::{self, Audience, To, Vocabulary, tier_name};
use bot_core::features::wording::Wording;
use bot_core::ids::{ActivityNo, ChatId};
use bot_core::texts::Arg;

use super::list::lang_name;
use crate::frame::Frame;

/// How many of the latest activities are offered.
const ACTIVITIES_OFFERED: usize = 20;

/// The names of one sort that an audience may use.
pub(super) struct Choices {
    pub(super) name: &'static str,
    pub(super) title: String,
    pub(super) all: Vec<Choice>,
}

pub(super) struct Choice {
    pub(super) value: String,
    pub(super) words: String,
    pub(super) chosen: bool,
}

/// What was chosen from the lists.
#[derive(Default)]
pub(super) struct Picks(Audience);

impl Picks {
    /// Takes in a field of a form, if it is one of the lists'; says whether it was.
    pub(super) fn take(&mut self, name: &str, value: &str) -> bool {
        let Self(who) = self;
        match name {
            "to" if value == "people" => who.to = To::People,
            "to" => {}
            "group" => who.groups.push(value.into()),
            "tier" => who.tiers.push(value.to_owned()),
            "category" => who.categories.push(value.to_owned()),
            "tag" => who.tags.push(value.to_owned()),
            "lang" => who.langs.extend(Lang::from_tag(value)),
            "platform" => who.platforms.push(value.to_owned()),
            "activity" => who.activities.extend(ActivityNo::parse(value)),
            _ => return false,
        }
        true
    }

    /// The same as a line to be edited.
    pub(super) fn line(&self, known: &Vocabulary, lang: Lang) -> String {
        segment::line(&self.0, known, lang)
    }
}

/// The lists that an audience is chosen from.
pub(super) fn choices(f: &Frame, known: &Vocabulary, audience: &Audience) -> Vec<Choices> {
    let plain = |all: &[String], chosen: &[String]| {
        let choice = |name: &String| Choice {
            value: name.clone(),
            words: name.clone(),
            chosen: chosen.contains(name),
        };
        all.iter().filter(|name| !name.is_empty()).map(choice).collect::<Vec<_>>()
    };
    let group = |(id, name): (&ChatId, &str)| Choice {
        value: id.to_string(),
        words: name.to_owned(),
        chosen: audience.groups.contains(id),
    };
    let groups = known.group_names().into_iter().map(group).collect();
    let tier = |tier: &String| Choice {
        value: tier.clone(),
        words: match tier_name(tier) {
            Arg::Text(text) => f.say(&text),
            _ => tier.clone(),
        },
        chosen: audience.tiers.contains(tier),
    };
    let lang = |lang: Lang| Choice {
        value: lang.word().to_owned(),
        words: f.say(&lang_name(lang)),
        chosen: audience.langs.contains(&lang),
    };
    let all = [
        ("group", f.t("console-compose-pick-groups"), groups),
        ("tier", f.t("console-tier"), known.tiers.iter().map(tier).collect()),
        ("category", f.t("console-category"), plain(&known.categories, &audience.categories)),
        ("tag", f.t("console-tags"), plain(&known.tags, &audience.tags)),
        ("lang", f.t("console-compose-pick-langs"), Lang::ALL.map(lang).into()),
        ("platform", f.t("console-compose-pick-platforms"), plain(&known.platforms, &audience.platforms)),
        ("activity", f.t("console-compose-pick-activities"), activities(f, known, audience)),
    ];
    let filled = all.into_iter().filter(|(_, _, all)| !all.is_empty());
    filled.map(|(name, title, all)| Choices { name, title, all }).collect()
}

/// The latest activities, and those that are chosen.
fn activities(f: &Frame, known: &Vocabulary, audience: &Audience) -> Vec<Choice> {
    let choice = |(no, wording): &(ActivityNo, Wording)| Choice {
        value: no.to_string(),
        words: format!("{no} {}", wording.title(f.reader.lang)),
        chosen: audience.activities.contains(no),
    };
    let all = known.activities.iter().enumerate();
    let offered = all.filter(|(at, (no, _))| *at < ACTIVITIES_OFFERED || audience.activities.contains(no));
    offered.map(|(_, one)| choice(one)).collect()
}
