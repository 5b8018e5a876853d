//! What a draft of the policy would have done, as the page shows it.

use bot_core::features::moderation::{Change, Changed, Outcome, Rehearsal, TRIED_MOST};
use bot_core::text;

use crate::frame::{Frame, Moment};
use crate::pages::spans::{Span, spans};

/// A trial in words.
pub(super) struct Trial {
    /// On what it was tried.
    pub(super) summary: String,
    /// That there was more than is tried.
    pub(super) cut: Option<String>,
    /// Pass, flag, act: in words, by the policy in force, by the draft.
    pub(super) outcomes: [(String, u32, u32); 3],
    /// Rules that speak more or less often than today.
    pub(super) moved: Vec<RuleRow>,
    /// Rules that speak as often.
    pub(super) same: Vec<RuleRow>,
    pub(super) changes: Vec<Group>,
}

/// A rule by its title, and in how many messages it speaks.
pub(super) struct RuleRow {
    pub(super) title: String,
    pub(super) shadow: bool,
    pub(super) today: u32,
    pub(super) draft: u32,
}

/// Messages of which the draft makes the same other thing.
pub(super) struct Group {
    pub(super) title: String,
    pub(super) class: &'static str,
    /// How many there are beyond those that are shown, in words.
    pub(super) more: Option<String>,
    pub(super) rows: Vec<Row>,
}

/// One of them.
pub(super) struct Row {
    pub(super) group: String,
    pub(super) name: String,
    pub(super) at: Moment,
    pub(super) words: Vec<Span>,
    pub(super) rules: String,
}

/// A trial as it is shown.
pub(super) fn shown(f: &Frame, tried: &Rehearsal) -> Trial {
    let (today, draft) = (tried.today, tried.draft);
    let outcomes = [
        ("console-policy-outcome-pass", today.pass, draft.pass),
        ("console-policy-outcome-flag", today.flag, draft.flag),
        ("console-policy-outcome-act", today.act, draft.act),
    ];
    let rules = tried.rules.iter().map(|rule| RuleRow {
        title: rule.title.get(f.lang_tag()).to_owned(),
        shadow: rule.shadow,
        today: rule.today,
        draft: rule.draft,
    });
    let (moved, same) = rules.partition(|rule| rule.today != rule.draft);
    let cut = tried.cut_at_ms.map(|at_ms| {
        let most = i64::from(TRIED_MOST);
        f.say(&text!("console-policy-cut", most = most, at = f.moment(at_ms).exact))
    });
    Trial {
        summary: f.say(&text!("console-policy-tried", n = i64::from(tried.messages))),
        cut,
        outcomes: outcomes.map(|(key, today, draft)| (f.t(key), today, draft)),
        moved,
        same,
        changes: tried.changes.iter().map(|change| group(f, change)).collect(),
    }
}

fn group(f: &Frame, change: &Change) -> Group {
    let n = i64::from(change.count);
    let (title, class) = match (change.today, change.draft) {
        (Outcome::Flag, Outcome::Act) => (text!("console-policy-flag-act", n = n), "bad"),
        (_, Outcome::Act) => (text!("console-policy-pass-act", n = n), "bad"),
        (Outcome::Act, Outcome::Flag) => (text!("console-policy-act-flag", n = n), "warn"),
        (_, Outcome::Flag) => (text!("console-policy-pass-flag", n = n), "warn"),
        (Outcome::Act, Outcome::Pass) => (text!("console-policy-act-pass", n = n), "good"),
        (_, Outcome::Pass) => (text!("console-policy-flag-pass", n = n), "good"),
    };
    let shown = i64::try_from(change.shown.len()).unwrap_or(i64::MAX);
    Group {
        title: f.say(&title),
        class,
        more: (n > shown).then(|| f.say(&text!("console-policy-latest", n = shown))),
        rows: change.shown.iter().map(|one| row(f, one)).collect(),
    }
}

fn row(f: &Frame, one: &Changed) -> Row {
    let titles: Vec<&str> = one.rules.iter().map(|title| title.get(f.lang_tag())).collect();
    Row {
        group: one.group.clone(),
        name: one.name.clone(),
        at: f.moment(one.at_ms),
        words: spans(&one.words),
        rules: titles.join(" · "),
    }
}
