//! Private chats with the bot, which only the person can open.

use bot_core::chat::{ChatKey, EventBody, UserKey};

use super::acting;
use crate::world::World;
use crate::world::check;
use crate::world::fact::Fact;
use crate::world::notice::Notice;
use crate::world::state::{Door, Place, direct_key};
use crate::world::step::Step;
use crate::{Misfit, Refusal};

impl World {
    /// Opens (or opens again) the user's private chat with the bot, through a button's payload or without.
    ///
    /// # Errors
    /// When the user can't act, or the payload is longer than 64 characters of `A-Z a-z 0-9 _ -`.
    pub fn open_direct(&self, user: &UserKey, payload: Option<&str>) -> Result<ChatKey, Refusal> {
        self.person(|step| open(step, user, payload))
    }

    /// Blocks the bot: it can't write into the private chat until the user opens it again.
    ///
    /// # Errors
    /// When the private chat is not open.
    pub fn close_direct(&self, user: &UserKey) -> Result<(), Refusal> {
        self.person(|step| {
            let by = acting(step.state, user)?.info.clone();
            let chat = step.state.chat(&direct_key(user)).map_err(|_| Refusal::DirectNotOpen)?;
            if !matches!(chat.place, Place::Direct { door: Door::Open | Door::Unopened, .. }) {
                return Err(Refusal::DirectNotOpen);
            }
            step.push(Fact::Door { chat: chat.key.clone(), door: Door::Blocked });
            step.notice(chat, Notice::DirectClosed);
            step.tell(chat, EventBody::DirectClosed { chat: chat.info(), by });
            Ok(())
        })
    }
}

pub(super) fn open(step: &mut Step<'_>, user: &UserKey, payload: Option<&str>) -> Result<ChatKey, Refusal> {
    let by = acting(step.state, user)?.info.clone();
    if payload.is_some_and(|payload| !check::is_payload(payload)) {
        return Err(Refusal::BadAnswer { field: "payload".to_owned(), why: Misfit::Payload });
    }
    let key = direct_key(user);
    let chat = match step.state.chats.get(&key) {
        Some(chat) => chat.clone(),
        None => {
            let place = Place::Direct { peer: user.clone(), door: Door::Unopened };
            let chat = step.new_chat(key.clone(), String::new(), place);
            step.push(Fact::Chat(Box::new(chat.clone())));
            chat
        }
    };
    if !matches!(chat.place, Place::Direct { door: Door::Open, .. }) {
        step.push(Fact::Door { chat: key.clone(), door: Door::Open });
        step.notice(&chat, Notice::DirectOpened);
    }
    step.tell(&chat, EventBody::DirectOpened { chat: chat.info(), by, payload: payload.map(str::to_owned) });
    Ok(key)
}
