//! What people do on the platform. Each act is refused in plain words, or makes an event for the bot.

mod direct;
mod group;
mod press;
mod requests;
mod talk;
mod threads;

use bot_core::chat::{ChatKey, MemberRole, UserInfo, UserKey};

pub use press::Tapped;
pub(crate) use requests::let_in;
pub use talk::Post;

use super::World;
use super::fact::Fact;
use super::state::{Author, Chat, Door, Place, State, User};
use crate::Refusal;

impl World {
    /// Lets a user come to be. The name is kept as it is, however hostile: the platform does not clean names.
    ///
    /// # Errors
    /// When the key or the username is taken.
    pub fn add_user(&self, info: UserInfo) -> Result<(), Refusal> {
        let bot = self.bot().clone();
        self.person(|step| {
            if step.state.users.contains_key(&info.key) || info.key == bot.key {
                return Err(Refusal::Taken(info.key.to_string()));
            }
            if let Some(name) = &info.username
                && user_named(step.state, &bot, name).is_some()
            {
                return Err(Refusal::Taken(format!("@{name}")));
            }
            step.push(Fact::User(User { info, deactivated: false }));
            Ok(())
        })
    }

    /// Changes the name shown. The bot sees it with the user's next act.
    ///
    /// # Errors
    /// When there is no such user.
    pub fn rename_user(&self, user: &UserKey, name: &str) -> Result<(), Refusal> {
        self.person(|step| {
            let mut changed = step.state.user(user)?.clone();
            changed.info.name = name.to_owned();
            step.push(Fact::User(changed));
            Ok(())
        })
    }

    /// Changes the language that the platform reports of a user. The bot sees it with their next act.
    ///
    /// # Errors
    /// When there is no such user.
    pub fn set_language(&self, user: &UserKey, tag: Option<&str>) -> Result<(), Refusal> {
        self.person(|step| {
            let mut changed = step.state.user(user)?.clone();
            changed.info.language = tag.map(str::to_owned);
            step.push(Fact::User(changed));
            Ok(())
        })
    }

    /// Closes a user's account: they do nothing more, and the bot can't write to them.
    ///
    /// # Errors
    /// When there is no such user.
    pub fn deactivate(&self, user: &UserKey) -> Result<(), Refusal> {
        self.person(|step| {
            let mut changed = step.state.user(user)?.clone();
            changed.deactivated = true;
            step.push(Fact::User(changed));
            Ok(())
        })
    }
}

/// Who has this username, the bot included.
fn user_named(state: &State, bot: &UserInfo, name: &str) -> Option<UserKey> {
    let is_named =
        |info: &UserInfo| info.username.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name));
    std::iter::once(bot)
        .chain(state.users.values().map(|user| &user.info))
        .find(|info| is_named(info))
        .map(|info| info.key.clone())
}

/// A user who may act at all.
fn acting<'a>(state: &'a State, user: &UserKey) -> Result<&'a User, Refusal> {
    let user = state.user(user)?;
    if user.deactivated { Err(Refusal::Deactivated) } else { Ok(user) }
}

/// A chat that the user is in, with their role there.
fn inside<'a>(state: &'a State, user: &UserKey, chat: &ChatKey) -> Result<(&'a Chat, MemberRole), Refusal> {
    acting(state, user)?;
    let chat = state.chat(chat)?;
    match &chat.place {
        Place::Direct { door: Door::Blocked, peer } if peer == user => Err(Refusal::DirectNotOpen),
        Place::Group(group) if group.banned.contains(user) => Err(Refusal::Banned),
        _ => chat.role(user).map(|role| (chat, role)).ok_or(Refusal::NotMember),
    }
}

/// A chat that the user is in and may write into.
fn speaking<'a>(
    state: &'a State,
    user: &UserKey,
    chat: &ChatKey,
    now_ms: i64,
) -> Result<(&'a Chat, MemberRole), Refusal> {
    let (chat, role) = inside(state, user, chat)?;
    let Some(group) = chat.group() else { return Ok((chat, role)) };
    if let Some(until_ms) = group.mute(user, now_ms) {
        return Err(Refusal::Muted { until_ms });
    }
    if role == MemberRole::Member {
        if group.locked {
            return Err(Refusal::Locked);
        }
        slow_enough(chat, user, group.slow_s, now_ms)?;
    }
    Ok((chat, role))
}

/// The user's last message is long enough ago for slow mode.
fn slow_enough(chat: &Chat, user: &UserKey, slow_s: u32, now_ms: i64) -> Result<(), Refusal> {
    let wait_ms = i64::from(slow_s) * 1_000;
    let own = |message: &&super::state::Message| message.author == Author::User(user.clone());
    match chat.messages.values().rev().take_while(|message| message.at_ms + wait_ms > now_ms).find(own) {
        Some(last) if wait_ms > 0 => Err(Refusal::TooSoon { wait_ms: last.at_ms + wait_ms - now_ms }),
        _ => Ok(()),
    }
}

/// A group that the user may manage.
fn managing<'a>(state: &'a State, user: &UserKey, chat: &ChatKey) -> Result<&'a Chat, Refusal> {
    let (chat, role) = inside(state, user, chat)?;
    if chat.group().is_none() {
        return Err(Refusal::NotGroup);
    }
    if role == MemberRole::Member { Err(Refusal::NotAdmin) } else { Ok(chat) }
}
