//! A question that is tried: what the bot would do with it, and why.

use bot_core::chat::Lang;
use bot_core::features::answer::question::Ask;
use bot_core::features::answer::{Attempt, Does, Verdict, attempt};
use bot_core::store::Tx;
use bot_core::text;
use bot_core::texts::Text;
use serde::Deserialize;

use crate::fault::Fault;
use crate::frame::Frame;
use crate::state::Console;

/// The longest question, characters; what is longer is no question in chats either.
const QUESTION_MAX: usize = 500;

/// What is tried.
#[derive(Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    lang: String,
}

impl Asked {
    /// The question, and the language in which it is answered.
    pub(super) fn read(&self, readers: Lang) -> (String, Lang) {
        (question(&self.q), Lang::from_tag(&self.lang).unwrap_or(readers))
    }
}

/// The question as it is tried.
pub(crate) fn question(asked: &str) -> String {
    asked.replace('\0', "").trim().chars().take(QUESTION_MAX).collect()
}

/// What came of it.
pub(super) struct Shown {
    /// What its words are to the bot.
    pub(super) ask: String,
    /// In a group, and in private: what would be done, whether that is an answer, and how sure a match must be.
    pub(super) chats: Vec<ChatShown>,
    pub(super) candidates: Vec<CandidateShown>,
    /// What would be said, if something would be.
    pub(super) says: Option<String>,
    /// Whether the rest would be read in private.
    pub(super) is_cut: bool,
}

/// One sort of chat.
pub(super) struct ChatShown {
    pub(super) name: String,
    pub(super) does: String,
    pub(super) answers: bool,
    pub(super) needed: Option<String>,
}

/// An article beside the question.
pub(super) struct CandidateShown {
    pub(super) slug: String,
    pub(super) title: String,
    pub(super) percent: i64,
    /// Why it is shown, or not.
    pub(super) why: String,
}

fn ask_text(ask: Ask) -> Text {
    match ask {
        Ask::Question => Text::new("console-try-question"),
        Ask::Trouble => Text::new("console-try-trouble"),
        Ask::Words => Text::new("console-try-words"),
        Ask::No => Text::new("console-try-no"),
    }
}

pub(super) fn does_text(does: Does) -> Text {
    match does {
        Does::Answers => Text::new("console-try-answers"),
        Does::NotSure => Text::new("console-try-not-sure"),
        Does::Gap => Text::new("console-try-gap"),
        Does::Hello => Text::new("console-try-hello"),
        Does::Silence => Text::new("console-try-silence"),
    }
}

/// Why an article is shown, or not.
fn why(tried: &Attempt, at: usize) -> Text {
    let confidence = tried.candidates[at].confidence;
    let reached = |verdict: &Verdict| verdict.needed.is_some_and(|needed| confidence >= needed);
    match (at, tried.group.does == Does::Answers, tried.direct.does == Does::Answers) {
        (0, true, true) => Text::new("console-try-shown"),
        (0, true, false) => Text::new("console-try-shown-group"),
        (0, false, true) => Text::new("console-try-shown-direct"),
        (0, false, false) if tried.direct.needed.is_none() => Text::new("console-try-not-asked"),
        (0, false, false) => Text::new("console-try-below"),
        _ if reached(&tried.group) || reached(&tried.direct) => Text::new("console-try-behind"),
        _ => Text::new("console-try-below"),
    }
}

/// Tries a question; `None` when none was asked.
pub(super) async fn tried(
    tx: &mut Tx,
    console: &Console,
    f: &Frame,
    q: &str,
    lang: Lang,
) -> Result<Option<Shown>, Fault> {
    if q.is_empty() {
        return Ok(None);
    }
    let tried = attempt(tx, &console.hall.features.config().answer, q, lang).await?;
    let chat = |name: Text, verdict: &Verdict| ChatShown {
        name: f.say(&name),
        does: f.say(&does_text(verdict.does)),
        answers: verdict.does == Does::Answers,
        needed: verdict.needed.map(|needed| f.say(&text!("console-try-needed", percent = needed / 10))),
    };
    let chats = vec![
        chat(Text::new("console-try-in-group"), &tried.group),
        chat(Text::new("console-try-in-direct"), &tried.direct),
    ];
    let candidates = (0..tried.candidates.len()).map(|at| CandidateShown {
        slug: tried.candidates[at].slug.clone(),
        title: tried.candidates[at].title.clone(),
        percent: tried.candidates[at].confidence / 10,
        why: f.say(&why(&tried, at)),
    });
    let candidates = candidates.collect();
    let is_said = [&tried.group, &tried.direct].iter().any(|verdict| verdict.does == Does::Answers);
    let (says, is_cut) = match tried.says.filter(|_| is_said) {
        Some((says, is_cut)) => (Some(says.text), is_cut),
        None => (None, false),
    };
    Ok(Some(Shown { ask: f.say(&ask_text(tried.ask)), chats, candidates, says, is_cut }))
}
