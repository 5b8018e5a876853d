//! Groups that people must be let into, and who asks.

use bot_core::chat::{ChatKey, EventBody, MemberRole, RequestKey, UserInfo, UserKey};

use super::{acting, managing};
use crate::Refusal;
use crate::world::World;
use crate::world::fact::Fact;
use crate::world::notice::Notice;
use crate::world::state::{Chat, Request};
use crate::world::step::Step;

/// The longest text that can come with a request, characters, as on QQ.
const WORDS_MAX: usize = 200;

impl World {
    /// Whether who comes into a group must be let in from now on.
    ///
    /// # Errors
    /// When there is no such group, the platform has no requests, or nothing changes.
    pub fn set_asks(&self, chat: &ChatKey, asks: bool) -> Result<(), Refusal> {
        self.person(|step| {
            if !step.profile.join_requests {
                return Err(Refusal::Absent("join requests"));
            }
            let chat = step.state.chat(chat)?;
            if chat.group().ok_or(Refusal::NotGroup)?.asks == asks {
                return Err(Refusal::Unchanged);
            }
            step.push(Fact::Asks { chat: chat.key.clone(), asks });
            Ok(())
        })
    }

    /// A user asks to be let into a group, with some words of theirs. The bot is told if it may let people in.
    ///
    /// # Errors
    /// When they are in it already, banned, or have asked; or anybody may come in.
    pub fn ask_to_join(&self, user: &UserKey, chat: &ChatKey, words: &str) -> Result<(), Refusal> {
        self.person(|step| {
            let info = acting(step.state, user)?.info.clone();
            let chat = step.state.chat(chat)?;
            let group = chat.group().ok_or(Refusal::NotGroup)?;
            if group.banned.contains(user) {
                return Err(Refusal::Banned);
            }
            if group.members.contains_key(user) {
                return Err(Refusal::AlreadyMember);
            }
            if !group.asks || group.requests.contains_key(user) {
                return Err(Refusal::Unchanged);
            }
            let words: String = words.chars().take(WORDS_MAX).collect();
            let key = RequestKey(format!("r{}", step.state.next_event));
            let request = Request { key: key.clone(), words: words.clone(), at_ms: step.now_ms };
            step.push(Fact::Requested { chat: chat.key.clone(), user: user.clone(), request });
            let may = |right| group.bot.as_ref().is_some_and(|held| held.contains(&right));
            if may(bot_core::chat::Right::InviteMembers) {
                let body = EventBody::JoinRequested { chat: chat.info(), user: info, request: key, words };
                step.tell(chat, body);
            }
            Ok(())
        })
    }

    /// An admin lets in who asked, or turns them away.
    ///
    /// # Errors
    /// When they may not, or nobody asked.
    pub fn answer_request(
        &self,
        admin: &UserKey,
        chat: &ChatKey,
        user: &UserKey,
        yes: bool,
    ) -> Result<(), Refusal> {
        self.person(|step| {
            let chat = managing(step.state, admin, chat)?;
            let info = step.state.user(user)?.info.clone();
            if !chat.group().is_some_and(|group| group.requests.contains_key(user)) {
                return Err(Refusal::Unchanged);
            }
            step.push(Fact::RequestGone { chat: chat.key.clone(), user: user.clone() });
            if yes {
                let_in(step, chat, info);
            }
            Ok(())
        })
    }

    /// An admin locks a group, so that only admins write, or opens it.
    ///
    /// # Errors
    /// When they may not, or nothing changes.
    pub fn set_locked(&self, admin: &UserKey, chat: &ChatKey, locked: bool) -> Result<(), Refusal> {
        self.person(|step| {
            let chat = managing(step.state, admin, chat)?;
            if chat.group().is_some_and(|group| group.locked == locked) {
                return Err(Refusal::Unchanged);
            }
            step.push(Fact::Locked { chat: chat.key.clone(), locked });
            step.notice(chat, if locked { Notice::Locked } else { Notice::Unlocked });
            Ok(())
        })
    }
}

/// Somebody is now in a group; the bot is told.
pub(crate) fn let_in(step: &mut Step<'_>, chat: &Chat, user: UserInfo) {
    let (key, who) = (chat.key.clone(), user.key.clone());
    step.push(Fact::Member { chat: key, user: who.clone(), role: Some(MemberRole::Member) });
    step.notice(chat, Notice::Joined { user: who });
    step.tell(chat, EventBody::Joined { chat: chat.info(), user });
}
