//! Groups: who is in them, with which role, and what the bot may do there.

use bot_core::chat::{ChatKey, EventBody, MemberRole, Right, UserInfo, UserKey};

use super::{acting, inside, let_in};
use crate::Refusal;
use crate::right::ALL_RIGHTS;
use crate::world::World;
use crate::world::check;
use crate::world::fact::Fact;
use crate::world::notice::Notice;
use crate::world::state::{Chat, Group, Place};
use crate::world::step::{Step, info_as};

impl World {
    /// Makes a group to which the owner (the first of them) adds the bot, with every right. The bot is told of
    /// the group and of who added it, not of who else is there.
    ///
    /// # Errors
    /// When the key is taken or a member unknown.
    pub fn create_group(
        &self,
        key: &str,
        title: &str,
        members: &[(UserKey, MemberRole)],
    ) -> Result<ChatKey, Refusal> {
        let key = ChatKey::from(key);
        self.person(|step| {
            if step.state.chats.contains_key(&key)
                || step.state.moved.contains_key(&key)
                || key.as_str().starts_with("d.")
            {
                return Err(Refusal::Taken(key.to_string()));
            }
            check_title(title)?;
            let mut group = Group { bot: Some(ALL_RIGHTS.to_vec()), ..Group::default() };
            for (user, role) in members {
                step.state.user(user)?;
                group.members.insert(user.clone(), *role);
            }
            let chat = step.new_chat(key.clone(), title.to_owned(), Place::Group(group));
            step.push(Fact::Chat(Box::new(chat.clone())));
            let added_by = owner(step, &chat);
            step.tell(&chat, EventBody::ChatChanged { chat: chat.info(), bot_present: true, added_by });
            Ok(key.clone())
        })
    }

    /// A user comes into a group.
    ///
    /// # Errors
    /// When they are in it already, banned, or must ask to be let in.
    pub fn join(&self, user: &UserKey, chat: &ChatKey) -> Result<(), Refusal> {
        self.person(|step| {
            let info = acting(step.state, user)?.info.clone();
            let (chat, group) = group(step, chat)?;
            if group.banned.contains(user) {
                return Err(Refusal::Banned);
            }
            if group.members.contains_key(user) {
                return Err(Refusal::AlreadyMember);
            }
            if group.asks {
                return Err(Refusal::MustAsk);
            }
            let_in(step, chat, info);
            Ok(())
        })
    }

    /// A user goes from a group.
    ///
    /// # Errors
    /// When they are not in it.
    pub fn leave(&self, user: &UserKey, chat: &ChatKey) -> Result<(), Refusal> {
        self.person(|step| {
            let (chat, _) = inside(step.state, user, chat)?;
            chat.group().ok_or(Refusal::NotGroup)?;
            let info = step.state.user(user)?.info.clone();
            step.push(Fact::Member { chat: chat.key.clone(), user: user.clone(), role: None });
            step.notice(chat, Notice::Left { user: user.clone() });
            step.tell(chat, EventBody::Left { chat: chat.info(), user: info });
            Ok(())
        })
    }

    /// A member has another role now. Making somebody an admin or owner ends their mute.
    ///
    /// # Errors
    /// When they are not a member, or have the role already.
    pub fn set_role(&self, chat: &ChatKey, user: &UserKey, role: MemberRole) -> Result<(), Refusal> {
        self.person(|step| {
            let info = step.state.user(user)?.info.clone();
            let (chat, group) = group(step, chat)?;
            match group.members.get(user) {
                None => return Err(Refusal::NotMember),
                Some(old) if *old == role => return Err(Refusal::Unchanged),
                Some(_) => {}
            }
            let key = chat.key.clone();
            step.push(Fact::Member { chat: key.clone(), user: user.clone(), role: Some(role) });
            if role != MemberRole::Member {
                step.push(Fact::Unmuted { chat: key, user: user.clone() });
            }
            step.notice(chat, Notice::Role { user: user.clone(), role });
            step.tell(chat, EventBody::RoleChanged { chat: chat.info(), user: info, role });
            Ok(())
        })
    }

    /// The bot has these rights in a group now; `None` removes it from the group. If it was not there, the owner
    /// has added it.
    ///
    /// # Errors
    /// When there is no such group, or nothing changes.
    pub fn set_bot_rights(&self, chat: &ChatKey, rights: Option<&[Right]>) -> Result<(), Refusal> {
        self.person(|step| {
            let (chat, group) = group(step, chat)?;
            if group.bot.as_deref() == rights {
                return Err(Refusal::Unchanged);
            }
            let present = rights.is_some();
            step.push(Fact::BotRights { chat: chat.key.clone(), rights: rights.map(<[Right]>::to_vec) });
            let mut added_by = None;
            if group.bot.is_some() != present {
                step.notice(chat, Notice::Bot { present });
                added_by = owner(step, chat).filter(|_| present);
            }
            let body = EventBody::ChatChanged { chat: chat.info(), bot_present: present, added_by };
            step.tell_always(chat.serial, body);
            Ok(())
        })
    }

    /// Gives a group another title.
    ///
    /// # Errors
    /// When there is no such group, or the title is empty or too long.
    pub fn rename_group(&self, chat: &ChatKey, title: &str) -> Result<(), Refusal> {
        self.person(|step| {
            let (chat, _) = group(step, chat)?;
            check_title(title)?;
            step.push(Fact::Title { chat: chat.key.clone(), title: title.to_owned() });
            step.notice(chat, Notice::Renamed { title: title.to_owned() });
            let info = bot_core::chat::ChatInfo { title: title.to_owned(), ..chat.info() };
            step.tell(chat, EventBody::ChatChanged { chat: info, bot_present: true, added_by: None });
            Ok(())
        })
    }

    /// A group goes on under another key; calls to the old one are refused from now on.
    ///
    /// # Errors
    /// When there is no such group, or the new key is taken.
    pub fn migrate(&self, chat: &ChatKey, to: &str) -> Result<ChatKey, Refusal> {
        let to = ChatKey::from(to);
        self.person(|step| {
            let (chat, _) = group(step, chat)?;
            if step.state.chats.contains_key(&to)
                || step.state.moved.contains_key(&to)
                || to.as_str().starts_with("d.")
            {
                return Err(Refusal::Taken(to.to_string()));
            }
            let from = chat.key.clone();
            step.notice(chat, Notice::Migrated);
            step.push(Fact::Moved { from: from.clone(), to: to.clone() });
            step.tell(chat, EventBody::ChatMigrated { chat: info_as(chat, &to), from });
            Ok(to.clone())
        })
    }
}

fn group<'a>(step: &Step<'a>, chat: &ChatKey) -> Result<(&'a Chat, &'a Group), Refusal> {
    let chat = step.state.chat(chat)?;
    chat.group().map(|group| (chat, group)).ok_or(Refusal::NotGroup)
}

fn owner(step: &Step<'_>, chat: &Chat) -> Option<UserInfo> {
    let (owner, _) = chat.group()?.members.iter().find(|(_, role)| **role == MemberRole::Owner)?;
    step.state.users.get(owner).map(|user| user.info.clone())
}

fn check_title(title: &str) -> Result<(), Refusal> {
    check::peoples_title(title)
}
