//! What the bot saw, decided and did of late.

use std::collections::HashMap;

use bot_core::chat::{
    Event, EventBody, Outcome, Rejection, RejectionKind, Sender, UserInfo, clean_display_name,
};
use bot_core::features::delivery::refusal;
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
/// Characters of a message shown.
const SAID_CHARS: usize = 80;

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
    /// The platform's own words, in its own language; may be empty.
    pub(super) hint: String,
}

/// The last lines, newest first.
pub(super) async fn strip(
    f: &Frame,
    console: &Console,
    world: &World,
    cast: &Cast,
) -> Result<Vec<Seen>, StoreError> {
    let mut titles = Titles { tx: console.hall.db.read().await?, known: HashMap::new() };
    let mut seen: Vec<Seen> =
        with_events(world).iter().map(|(line, event)| traffic(f, cast, line, event.as_ref())).collect();
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
            hint: String::new(),
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

/// The traffic, each event's line with the event itself where the world still has it. Both lists are in the same
/// order and lose their oldest, so they are matched from the end.
fn with_events(world: &World) -> Vec<(Traffic, Option<Event>)> {
    let (traffic, mut events) = (world.traffic(), world.recent_events());
    let with_event = |line: Traffic| {
        let is_its = |event: &mut Event| event.body.kind() == line.what;
        let event = if line.way == Way::ToBot { events.pop_if(is_its) } else { None };
        (line, event)
    };
    let mut lines: Vec<_> = traffic.into_iter().rev().map(with_event).collect();
    lines.reverse();
    lines
}

fn traffic(f: &Frame, cast: &Cast, line: &Traffic, event: Option<&Event>) -> Seen {
    let failure = line.outcome.as_ref().and_then(failure);
    let (kind, key, what) = match (line.way, &failure) {
        (Way::ToBot, _) => ("saw", "sandbox-seen-saw", event_words(&line.what)),
        (Way::FromBot, None) => ("did", "sandbox-seen-did", action_words(&line.what)),
        (Way::FromBot, Some(_)) => ("failed", "sandbox-seen-failed", action_words(&line.what)),
    };
    let what = event.and_then(|event| said(f, event)).unwrap_or_else(|| f.say(&what));
    let (words, hint) = match failure {
        Some((why, hint)) => (format!("{what} — {}", f.say(&why)), hint),
        None => (what, ""),
    };
    let chat = line.chat.as_ref().map(|key| {
        let group = cast.groups.iter().find(|(group, _)| group == key).map(|(_, title)| title.clone());
        group.unwrap_or_else(|| cast.name(&key.as_str().trim_start_matches("d.").into()))
    });
    // The world hears that an event was taken only after everything was decided on it.
    let at_ms = event.map_or(line.at_ms, |event| event.at_ms);
    Seen {
        at_ms,
        at: f.moment(at_ms),
        kind,
        word: f.t(key),
        chat: chat.unwrap_or_default(),
        by: String::new(),
        words,
        hint: hint.to_owned(),
    }
}

/// Who said or did what, for events that say so.
fn said(f: &Frame, event: &Event) -> Option<String> {
    let name = |name: &str| clean_display_name(name, "?");
    let by = |user: &UserInfo| name(&user.name);
    Some(f.say(&match &event.body {
        EventBody::Message(message) | EventBody::Edited(message) => {
            let who = match &message.from {
                Sender::User { user, .. } => by(user),
                _ => return None,
            };
            let words = cut(&message.content.text.text);
            if words.is_empty() {
                return None;
            }
            match &event.body {
                EventBody::Edited(_) => text!("sandbox-saw-changed-to", name = who, words = words),
                _ => text!("sandbox-saw-said", name = who, words = words),
            }
        }
        EventBody::Pressed { by: user, .. } => text!("sandbox-saw-pressed-by", name = by(user)),
        EventBody::Submitted { by: user, .. } => text!("sandbox-saw-submitted-by", name = by(user)),
        EventBody::DirectOpened { by: user, .. } => text!("sandbox-saw-opened-by", name = by(user)),
        EventBody::Joined { user, .. } => text!("sandbox-notice-joined", name = by(user)),
        EventBody::Left { user, .. } => text!("sandbox-notice-left", name = by(user)),
        _ => return None,
    }))
}

/// The beginning of a text, on one line.
fn cut(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut cut: String = text.chars().take(SAID_CHARS).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
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

/// Why a call came to nothing, and the platform's own words; `None` when it was done.
fn failure(outcome: &Outcome) -> Option<(Text, &str)> {
    Some(match outcome {
        Outcome::Sent(_) => return None,
        Outcome::Rejected(Rejection { kind: RejectionKind::AlreadySo, why }) => {
            (text!("sandbox-result-already-so"), why)
        }
        Outcome::Rejected(Rejection { kind, why }) => {
            (text!("sandbox-result-refused", why = refusal(*kind)), why)
        }
        Outcome::RetryAfter { wait_ms, .. } => {
            (text!("sandbox-result-too-fast", seconds = (wait_ms + 999) / 1_000), "")
        }
        Outcome::NotDone { why } => (text!("sandbox-result-not-done"), why),
        Outcome::Unknown { why } => (text!("sandbox-result-unknown"), why),
    })
}
