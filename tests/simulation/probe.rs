//! A feature for the simulation: does what a message asks for, one outbox row for each thing, so that each row can be
//! traced back to the one event that asked for it.

use std::fmt::Write as _;

use async_trait::async_trait;
use bot_core::chat::{Action, Content, EventBody, Lane, MessageRef};
use bot_core::error::Result;
use bot_core::feature::{Feature, Flow, Incoming, Manifest};
use bot_core::store::chat;
use bot_core::work::{Origin, Outgoing, Place, Work};

pub const NAME: &str = "probe";

/// How a text begins that asks for something.
pub const WORD: &str = "sim";

/// Of how many pieces a long line is made; a platform takes several of them at once.
pub const LONG_PARTS: usize = 12;

static MANIFEST: Manifest =
    Manifest { name: NAME, commands: &[], timers: &[], buttons: &[], forms: &[], pages: &[] };

pub struct Probe;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// So many lines in this chat.
    Talk(usize),
    /// One line in another chat, by its key.
    Far(usize),
    /// A line, and then another text in its place.
    Edit,
    /// That the message itself be deleted, at once.
    Delete,
    /// A line that the platform has to take in parts.
    Long,
}

impl Ask {
    /// The text of a message that asks for it. `far` is the key of the other chat.
    pub fn text(self, no: usize, far: &str) -> String {
        let (word, count) = match self {
            Self::Talk(count) => ("talk", count),
            Self::Far(_) => ("far", 1),
            Self::Edit => ("edit", 1),
            Self::Delete => ("delete", 1),
            Self::Long => ("long", 1),
        };
        format!("{WORD} {word} {no} {count} {far}")
    }

    /// The keys of the rows that come of it.
    pub fn keys(self, no: usize) -> Vec<String> {
        match self {
            Self::Talk(count) => (0..count).map(|at| format!("K{no}-{at}")).collect(),
            Self::Far(_) | Self::Delete | Self::Long => vec![format!("K{no}-0")],
            Self::Edit => vec![format!("K{no}-0"), format!("K{no}-1")],
        }
    }
}

#[async_trait]
impl Feature for Probe {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    fn keeps_nothing(&self) -> bool {
        true
    }

    async fn on_message(&self, work: &mut Work, incoming: &Incoming) -> Result<Flow> {
        let EventBody::Message(message) = &incoming.event.body else { return Ok(Flow::Pass) };
        let words: Vec<&str> = message.content.text.text.split_whitespace().collect();
        let [WORD, word, no, count, rest @ ..] = words.as_slice() else { return Ok(Flow::Pass) };
        let here = Place::chat(&incoming.chat.id);
        let origin = |at: usize| Origin::new(NAME, word, format!("K{no}-{at}"));
        let put = |work: &mut Work, place: Place, lane: Lane, action: Action, at: usize| {
            work.send(Outgoing::new(place, lane, action).heard_by(origin(at)))
        };
        let line = |at: usize| Action::Send(Content::text(format!("K{no}-{at}")));
        match *word {
            "talk" => {
                for at in 0..count.parse().unwrap_or(1) {
                    put(work, here.clone(), Lane::Talk, line(at), at);
                }
            }
            "far" => {
                let key = rest.first().copied().unwrap_or_default();
                let account = incoming.chat.account.clone();
                if let Some(far) = chat::by_key(work.tx().await?, &account, &key.into()).await? {
                    put(work, Place::chat(&far.id), Lane::Talk, line(0), 0);
                }
            }
            "edit" => {
                let sent = put(work, here.clone(), Lane::Talk, line(0), 0);
                let content = Content::text(format!("K{no}-1"));
                put(work, here, Lane::Talk, Action::Edit { message: sent.into(), content }, 1);
            }
            "delete" => {
                let messages = vec![MessageRef::Key(message.message.clone())];
                put(work, here, Lane::Urgent, Action::Delete { messages }, 0);
            }
            _ => {
                let mut text = String::new();
                for part in 0..LONG_PARTS {
                    // Words that differ, so that each part is a text of its own.
                    let _ = write!(text, "K{no}-0 part {part}; ");
                }
                put(work, here, Lane::Talk, Action::Send(Content::text(text)), 0);
            }
        }
        Ok(Flow::Done)
    }
}
