//! Numbered choices: on a platform without buttons a number, the words of a button, or either as a quoted reply is
//! the press of that button.

use std::sync::{Arc, PoisonError};

use crate::chat::{
    Button, ButtonDo, ChatInfo, ChatKey, Content, Event, EventBody, MessageEvent, UserInfo, chosen,
};
use crate::directory::{Chat, Purpose, Reach};
use crate::error::Result;
use crate::feature::{Actor, Incoming};
use crate::store::choice::StoredChoice;
use crate::store::{StoreError, chat, choice, form};
use crate::texts::Text;
use crate::work::Work;

/// What is longer than this is no choice, characters.
const WRITTEN_MAX: usize = 80;
/// How long a number alone is understood in a group, milliseconds: people count there, too.
const BARE_GROUP_MS: i64 = 30 * 60_000;
/// The same in a private chat.
const BARE_DIRECT_MS: i64 = 24 * 3_600_000;

/// What somebody chose.
struct Chosen {
    from: StoredChoice,
    button: Button,
}

/// What a message means as a choice.
enum Meant {
    Nothing,
    One(Box<Chosen>),
    /// A number that stands under several messages.
    Several,
}

/// Takes a message that is a choice, and does what it chooses. False when it is none.
pub(super) async fn taken(work: &mut Work, incoming: &Incoming, message: &MessageEvent) -> Result<bool> {
    // Asked first: it is a matter of one word, and most platforms have buttons.
    if !work.hall.platform(&incoming.chat.account).is_some_and(|platform| platform.numbers_buttons()) {
        return Ok(false);
    }
    let written = message.content.text.text.trim();
    if written.is_empty() || written.chars().count() > WRITTEN_MAX {
        return Ok(false);
    }
    let Some(at) = incoming.actor(&work.hall, message.thread.clone(), None) else { return Ok(false) };
    match meant(work, &at, message, written).await? {
        Meant::Nothing => Ok(false),
        Meant::Several if incoming.chat.purpose == Purpose::Staff => {
            let said = work.hall.texts.say(at.lang, &Text::new("choice-several"));
            work.say(at.place(), Content::text(said).replying_to(message.message.clone()));
            Ok(true)
        }
        // Among merchants it is more likely talk than a choice.
        Meant::Several => Ok(false),
        Meant::One(one) => {
            choose(work, incoming, at, message, *one).await?;
            Ok(true)
        }
    }
}

async fn meant(work: &mut Work, at: &Actor, message: &MessageEvent, written: &str) -> Result<Meant> {
    let now_ms = work.now_ms;
    if let Some(quoted) = &message.reply_to {
        let found = choice::by_message(work.tx().await?, &at.chat.id, quoted, now_ms).await?;
        return Ok(found
            .and_then(|from| one(from, written))
            .map_or(Meant::Nothing, |one| Meant::One(Box::new(one))));
    }
    // Who is being asked question by question answers the question.
    let key = (at.chat.id.clone(), at.user.id.clone());
    if work.hall.guided.lock().unwrap_or_else(PoisonError::into_inner).contains(&key) {
        return Ok(Meant::Nothing);
    }
    let bare_ms = if at.chat.is_direct() { BARE_DIRECT_MS } else { BARE_GROUP_MS };
    let mut found: Option<Chosen> = None;
    for from in choice::open(work.tx().await?, &at.chat.id, now_ms).await? {
        if from.said_at_ms + bare_ms < now_ms || from.thread != at.thread {
            continue;
        }
        let Some(one) = one(from, written) else { continue };
        if !is_good_for(work, at, &one.button).await? {
            continue;
        }
        if at.chat.is_direct() {
            return Ok(Meant::One(Box::new(one)));
        }
        match &found {
            None => found = Some(one),
            // The parts of one message mean the same.
            Some(first) if first.button.does == one.button.does => {}
            Some(_) => return Ok(Meant::Several),
        }
    }
    Ok(found.map_or(Meant::Nothing, |one| Meant::One(Box::new(one))))
}

fn one(from: StoredChoice, written: &str) -> Option<Chosen> {
    let labels: Vec<String> = from.buttons.iter().map(|button| button.label.clone()).collect();
    let button = from.buttons.get(chosen(written, &labels)?)?.clone();
    Some(Chosen { from, button })
}

/// Whether a number alone may press a button: it is still good, and this person's or everybody's.
async fn is_good_for(work: &mut Work, at: &Actor, button: &Button) -> Result<bool, StoreError> {
    let ButtonDo::Press(handle) = &button.does else { return Ok(true) };
    let now_ms = work.now_ms;
    let stored = form::button(work.tx().await?, handle).await?;
    Ok(stored.is_some_and(|stored| {
        stored.expires_at_ms.is_none_or(|at_ms| at_ms > now_ms)
            && stored.for_user.as_ref().is_none_or(|user| *user == at.user.id)
    }))
}

async fn choose(
    work: &mut Work,
    incoming: &Incoming,
    at: Actor,
    message: &MessageEvent,
    one: Chosen,
) -> Result<()> {
    match &one.button.does {
        ButtonDo::Press(handle) => {
            let toast = super::dispatch::pressed(work, &at, handle, Some(one.from.message.clone())).await?;
            if let Some(toast) = toast {
                let said = work.hall.texts.say(at.lang, &toast);
                if !said.is_empty() {
                    work.say(at.place(), Content::text(said).replying_to(message.message.clone()));
                }
            }
            Ok(())
        }
        ButtonDo::OpenDirect(payload) => open_direct(work, incoming, &at, payload).await,
        // Links have no numbers.
        ButtonDo::Url(_) => Ok(()),
    }
}

/// Goes on in the private chat with who chose so, as if they had opened it with this payload.
async fn open_direct(work: &mut Work, incoming: &Incoming, at: &Actor, payload: &str) -> Result<()> {
    let direct = work.direct_chat(&at.user).await?;
    if direct.reach != Reach::Open {
        // They ask for it: whatever was refused before is worth another try.
        chat::set_reach(work.tx().await?, &direct.id, Reach::Open).await?;
        work.after_commit(|hall| hall.directory.forget_all());
    }
    let direct = Arc::new(Chat { reach: Reach::Open, ..direct });
    let info = ChatInfo {
        key: direct.key.clone().unwrap_or_else(|| ChatKey(String::new())),
        kind: direct.kind,
        title: String::new(),
    };
    let by = UserInfo {
        key: at.user.key.clone(),
        name: at.user.name.clone(),
        username: at.user.username.clone(),
        language: None,
        is_bot: false,
    };
    let body = EventBody::DirectOpened { chat: info, by, payload: Some(payload.to_owned()) };
    let event = Event { body, ..Event::clone(&incoming.event) };
    let opened = Incoming { event: Arc::new(event), chat: direct, user: Some(Arc::clone(&at.user)) };
    super::dispatch::to_all(work, &opened).await
}
