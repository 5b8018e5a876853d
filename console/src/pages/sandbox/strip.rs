//! What the bot saw, decided and did of late.

use std::collections::HashMap;

use bot_core::ids::ChatId;
use bot_core::store::{StoreError, Tx, chat};
use bot_core::text;
use bot_core::texts::Text;
use guildhall_sandbox::{Traffic, Way, World};

use super::cast::Cast;
use crate::frame::{Frame, Moment};
use crate::pages::outbox::action_words;
use crate::state::Console;

/// Lines shown.
const SHOWN: usize = 120;

/// One line.
pub(super) struct Seen {
    at_ms: i64,
    pub(super) at: Moment,
    /// `saw`, `decided`, `did` or `failed`.
    pub(super) kind: &'static str,
    /// The word for the kind.
    pub(super) word: String,
    /// Where.
    pub(super) chat: String,
    /// Which part of the program speaks.
    pub(super) by: String,
    pub(super) words: String,
}

/// The last lines, newest first.
pub(super) async fn strip(
    f: &Frame,
    console: &Console,
    world: &World,
    cast: &Cast,
) -> Result<Vec<Seen>, StoreError> {
    let mut titles = Titles { tx: console.hall.db.read().await?, known: HashMap::new() };
    let mut seen: Vec<Seen> = world.traffic().iter().map(|line| traffic(f, cast, line)).collect();
    for (_, note) in console.notes.all() {
        let chat = match &note.chat {
            Some(id) => titles.of(id).await?,
            None => String::new(),
        };
        seen.push(Seen {
            at_ms: note.at_ms,
            at: f.moment(note.at_ms),
            kind: "decided",
            word: f.t("sandbox-seen-decided"),
            chat,
            by: by(f, &note.by),
            words: f.say(&note.text),
        });
    }
    // Both lists are in order already; the sort keeps what was seen before what was decided on it.
    seen.sort_by_key(|line| line.at_ms);
    seen.reverse();
    seen.truncate(SHOWN);
    Ok(seen)
}

/// Titles of the hall's chats, looked up once each.
struct Titles {
    tx: Tx,
    known: HashMap<ChatId, String>,
}

impl Titles {
    async fn of(&mut self, id: &ChatId) -> Result<String, StoreError> {
        if let Some(title) = self.known.get(id) {
            return Ok(title.clone());
        }
        let title = match chat::get(&mut self.tx, id).await? {
            Some(found) => match (&found.peer, found.title) {
                (Some(peer), title) if title.is_empty() => {
                    chat::user(&mut self.tx, peer).await?.map(|user| user.name).unwrap_or_default()
                }
                (_, title) => title,
            },
            None => String::new(),
        };
        self.known.insert(id.clone(), title.clone());
        Ok(title)
    }
}

fn traffic(f: &Frame, cast: &Cast, line: &Traffic) -> Seen {
    let is_done = matches!(line.result.as_str(), "done" | "taken");
    let (kind, key, what) = match line.way {
        Way::ToBot => ("saw", "sandbox-seen-saw", event_words(&line.what)),
        Way::FromBot if is_done => ("did", "sandbox-seen-did", action_words(&line.what)),
        Way::FromBot => ("failed", "sandbox-seen-failed", action_words(&line.what)),
    };
    let what = f.say(&what);
    let words = if is_done { what } else { format!("{what} — {}", f.say(&result_words(&line.result))) };
    let chat = line.chat.as_ref().map(|key| {
        let group = cast.groups.iter().find(|(group, _)| group == key).map(|(_, title)| title.clone());
        group.unwrap_or_else(|| cast.name(&key.as_str().trim_start_matches("d.").into()))
    });
    Seen {
        at_ms: line.at_ms,
        at: f.moment(line.at_ms),
        kind,
        word: f.t(key),
        chat: chat.unwrap_or_default(),
        by: String::new(),
        words,
    }
}

/// The name of a part of the program, as far as people know it by one.
fn by(f: &Frame, name: &str) -> String {
    let text = match name {
        "intake" => text!("sandbox-by-intake"),
        "courier" => text!("sandbox-by-courier"),
        "clockwork" => text!("sandbox-by-clockwork"),
        "form" => text!("sandbox-by-form"),
        "mute" | "moderation" | "case" => text!("sandbox-by-moderation"),
        "ticket" => text!("sandbox-by-ticket"),
        "announcement" => text!("sandbox-by-announcement"),
        "activity" => text!("sandbox-by-activity"),
        "answer" => text!("sandbox-by-answer"),
        "people" | "link" => text!("sandbox-by-people"),
        other => return other.to_owned(),
    };
    f.say(&text)
}

fn event_words(kind: &str) -> Text {
    match kind {
        "message" => text!("sandbox-saw-message"),
        "edited" => text!("sandbox-saw-edited"),
        "deleted" => text!("sandbox-saw-deleted"),
        "pressed" => text!("sandbox-saw-pressed"),
        "submitted" => text!("sandbox-saw-submitted"),
        "direct_opened" => text!("sandbox-saw-direct-opened"),
        "direct_closed" => text!("sandbox-saw-direct-closed"),
        "joined" => text!("sandbox-saw-joined"),
        "left" => text!("sandbox-saw-left"),
        "role_changed" => text!("sandbox-saw-role-changed"),
        "chat_migrated" | "chat_changed" => text!("sandbox-saw-chat-changed"),
        "thread_changed" => text!("sandbox-saw-thread-changed"),
        "reacted" => text!("sandbox-saw-reacted"),
        other => text!("sandbox-saw-other", kind = other),
    }
}

fn result_words(result: &str) -> Text {
    let (kind, why) = result.split_once(": ").unwrap_or((result, ""));
    match kind {
        "refused" => text!("sandbox-result-refused", why = why),
        "too fast" => text!("sandbox-result-too-fast", why = why.trim_start_matches("wait ")),
        "not done" => text!("sandbox-result-not-done", why = why),
        "unknown" => text!("sandbox-result-unknown", why = why),
        _ => text!("sandbox-result-other", why = result),
    }
}
