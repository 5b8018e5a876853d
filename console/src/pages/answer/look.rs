//! What would come of an article that is being written.

use bot_core::features::answer::{Does, Phrasing, Verdict};
use bot_core::store::answer::{Article, ArticleState};
use bot_core::text;
use bot_core::texts::Text;

use super::attempt::does_text;
use crate::frame::Frame;

/// The look at an article.
pub(super) struct Look {
    /// How many of its phrasings it would answer.
    pub(super) sums: String,
    /// Said as long as it answers nothing.
    pub(super) idle: Option<String>,
    pub(super) rows: Vec<Row>,
}

/// One phrasing.
pub(super) struct Row {
    pub(super) lang: &'static str,
    pub(super) line: String,
    /// The nearest article, where it is another one: its slug and title.
    pub(super) other: Option<(String, String)>,
    pub(super) percent: Option<i64>,
    pub(super) group: Shown,
    pub(super) direct: Shown,
}

/// What would be done in one sort of chat.
pub(super) struct Shown {
    pub(super) words: String,
    pub(super) class: &'static str,
}

/// What would come of an article, in the reader's words.
pub(super) fn look(f: &Frame, article: &Article, tried: Vec<Phrasing>) -> Look {
    let own = |one: &&Phrasing| one.is_own && answers(one);
    let others = |one: &&Phrasing| !one.is_own && answers(one);
    let (own, others) = (tried.iter().filter(own).count(), tried.iter().filter(others).count());
    let sums = match tried.len() {
        0 => Text::new("console-phrasings-none"),
        all => text!("console-phrasings-sums", own = own, others = others, all = all),
    };
    Look {
        sums: f.say(&sums),
        idle: (article.state != ArticleState::Live).then(|| f.t("console-phrasings-idle")),
        rows: tried.into_iter().map(|one| row(f, one)).collect(),
    }
}

fn answers(one: &Phrasing) -> bool {
    [one.group, one.direct].iter().any(|verdict| verdict.does == Does::Answers)
}

fn row(f: &Frame, one: Phrasing) -> Row {
    let shown = |verdict: Verdict| {
        let (text, class) = match (verdict.does, one.is_own) {
            (Does::Answers, true) => (Text::new("console-phrasing-own"), "good"),
            (Does::Answers, false) => (Text::new("console-phrasing-other"), "warn"),
            (does, _) => (does_text(does), ""),
        };
        Shown { words: f.say(&text), class }
    };
    Row {
        lang: one.lang.tag(),
        group: shown(one.group),
        direct: shown(one.direct),
        percent: one.best.as_ref().map(|best| best.confidence / 10),
        other: one.best.filter(|_| !one.is_own).map(|best| {
            let title = if best.title.is_empty() { best.slug.clone() } else { best.title };
            (best.slug, title)
        }),
        line: one.line,
    }
}
