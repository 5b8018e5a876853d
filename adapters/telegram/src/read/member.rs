//! Who came, went or changed, the bot itself included.

use bot_core::chat::EventBody;

use super::{Reader, chat_info, user_info};
use crate::chats::role_of;
use crate::wire::{MemberUpdated, User};

impl Reader<'_> {
    /// What became of the bot in a chat.
    pub(super) fn bot_changed(&self, change: &MemberUpdated) -> EventBody {
        let chat = chat_info(&change.chat);
        let (was, is) = (change.old_chat_member.is_in(), change.new_chat_member.is_in());
        if change.chat.kind == "private" {
            // The person blocked the bot or took that back.
            let by = user_info(&change.from);
            return if is {
                EventBody::ChatChanged { chat, bot_present: true, added_by: None }
            } else {
                EventBody::DirectClosed { chat, by }
            };
        }
        self.chats.bot_became(change.chat.id, &change.new_chat_member);
        let added_by = (!was && is && change.from.id != self.me && !is_stand_in(&change.from))
            .then(|| user_info(&change.from));
        EventBody::ChatChanged { chat, bot_present: is, added_by }
    }

    /// What became of a member.
    pub(super) fn member_changed(&self, change: &MemberUpdated) -> EventBody {
        let (old, new) = (&change.old_chat_member, &change.new_chat_member);
        let unknown = || EventBody::Unknown { kind: "chat_member".to_owned() };
        if new.user.id == self.me {
            return unknown();
        }
        self.chats.became(change.chat.id, new);
        let (chat, user) = (chat_info(&change.chat), user_info(&new.user));
        let is_new = |joined| self.chats.is_new_move(change.chat.id, new.user.id, joined, change.date);
        match (old.is_in(), new.is_in()) {
            (false, true) if is_new(true) => EventBody::Joined { chat, user },
            (true, false) if is_new(false) => EventBody::Left { chat, user },
            (true, true) if role_of(old) != role_of(new) => {
                EventBody::RoleChanged { chat, user, role: role_of(new) }
            }
            _ => unknown(),
        }
    }
}

/// Whether it is one of the accounts that Telegram puts in place of who does not want to be seen: an anonymous admin,
/// a channel, Telegram itself.
pub(super) fn is_stand_in(user: &User) -> bool {
    [1_087_968_824, 136_817_688, 777_000].contains(&user.id)
}
