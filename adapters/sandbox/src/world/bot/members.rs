//! The bot mutes, removes and bans members, and says what they are called.

use bot_core::chat::{
    Delivered, EventBody, MemberRole, MessageKey, RejectionKind, Right, UserKey, utf16_len,
};

use super::{Judged, need, need_ability, need_group, no};
use crate::Author;
use crate::profile::NICK_MAX;
use crate::world::fact::Fact;
use crate::world::notice::Notice;
use crate::world::state::{Chat, Group, Message};
use crate::world::step::Step;

pub(super) fn mute(step: &mut Step<'_>, chat: &Chat, user: &UserKey, until_ms: Option<i64>) -> Judged {
    need_ability(step.profile.mutes, "mutes")?;
    let group = may_restrict(chat)?;
    punishable(step, group, user)?;
    if !group.members.contains_key(user) {
        return no(RejectionKind::NotFound, "user is not a member of the chat");
    }
    if until_ms.is_some_and(|until_ms| until_ms <= step.now_ms) {
        return no(RejectionKind::AlreadySo, "the mute would be over already");
    }
    if let Some(max_ms) = step.profile.mute_max_ms
        && until_ms.is_none_or(|until_ms| until_ms - step.now_ms > max_ms)
    {
        return no(RejectionKind::BadContent, format!("a mute lasts at most {max_ms} ms"));
    }
    if group.mute(user, step.now_ms) == Some(until_ms) {
        return Ok(Delivered::default());
    }
    step.push(Fact::Muted { chat: chat.key.clone(), user: user.clone(), until_ms });
    step.notice(chat, Notice::Muted { user: user.clone(), until_ms });
    Ok(Delivered::default())
}

pub(super) fn unmute(step: &mut Step<'_>, chat: &Chat, user: &UserKey) -> Judged {
    need_ability(step.profile.mutes, "mutes")?;
    let group = may_restrict(chat)?;
    if group.mute(user, step.now_ms).is_none() {
        return no(RejectionKind::AlreadySo, "user is not muted");
    }
    step.push(Fact::Unmuted { chat: chat.key.clone(), user: user.clone() });
    step.notice(chat, Notice::Unmuted { user: user.clone() });
    Ok(Delivered::default())
}

pub(super) fn kick(step: &mut Step<'_>, chat: &Chat, user: &UserKey) -> Judged {
    let group = may_restrict(chat)?;
    punishable(step, group, user)?;
    if !group.members.contains_key(user) {
        return no(RejectionKind::NotFound, "user is not a member of the chat");
    }
    remove(step, chat, user, Notice::Kicked { user: user.clone() });
    Ok(Delivered::default())
}

pub(super) fn ban(step: &mut Step<'_>, chat: &Chat, user: &UserKey, purge_ms: i64) -> Judged {
    need_ability(purge_ms <= step.profile.ban_purge_ms.unwrap_or(0), "bans that delete as much")?;
    let group = may_restrict(chat)?;
    punishable(step, group, user)?;
    if group.banned.contains(user) {
        return no(RejectionKind::AlreadySo, "user is banned already");
    }
    step.push(Fact::Banned { chat: chat.key.clone(), user: user.clone(), banned: true });
    purge(step, chat, user, purge_ms);
    let notice = Notice::Banned { user: user.clone() };
    if group.members.contains_key(user) {
        remove(step, chat, user, notice);
    } else {
        step.notice(chat, notice);
    }
    Ok(Delivered::default())
}

/// Deletes what somebody wrote lately; the bot is told of it.
fn purge(step: &mut Step<'_>, chat: &Chat, user: &UserKey, purge_ms: i64) {
    let since_ms = step.now_ms.saturating_sub(purge_ms);
    let theirs = |message: &&Message| {
        !message.deleted && message.author == Author::User(user.clone()) && message.at_ms > since_ms
    };
    let messages: Vec<MessageKey> =
        chat.messages.values().filter(theirs).map(|message| message.key.clone()).collect();
    if purge_ms > 0 && !messages.is_empty() {
        step.push(Fact::Deleted { chat: chat.key.clone(), messages: messages.clone() });
        step.tell(chat, EventBody::Deleted { chat: chat.info(), messages });
    }
}

pub(super) fn unban(step: &mut Step<'_>, chat: &Chat, user: &UserKey) -> Judged {
    let group = may_restrict(chat)?;
    if !group.banned.contains(user) {
        return no(RejectionKind::AlreadySo, "user is not banned");
    }
    step.push(Fact::Banned { chat: chat.key.clone(), user: user.clone(), banned: false });
    step.notice(chat, Notice::Unbanned { user: user.clone() });
    Ok(Delivered::default())
}

pub(super) fn nick(step: &mut Step<'_>, chat: &Chat, user: &UserKey, nick: Option<&str>) -> Judged {
    need_ability(step.profile.nicks, "nicks")?;
    let group = member_of(step, chat, Right::ManageNicks, user)?;
    if nick.is_some_and(|nick| nick.trim().is_empty() || utf16_len(nick) > NICK_MAX) {
        return no(RejectionKind::BadContent, format!("a nick has 1 to {NICK_MAX} characters"));
    }
    if group.nicks.get(user).map(String::as_str) != nick {
        step.push(Fact::Nick { chat: chat.key.clone(), user: user.clone(), nick: nick.map(str::to_owned) });
    }
    Ok(Delivered::default())
}

/// Members have one badge here. One that is not of `of` was given by somebody else, and makes room for a new one only.
pub(super) fn badge(
    step: &mut Step<'_>,
    chat: &Chat,
    user: &UserKey,
    badge: Option<&str>,
    of: &[String],
) -> Judged {
    need_ability(step.profile.badges, "badges")?;
    let group = member_of(step, chat, Right::ManageBadges, user)?;
    let held = group.badges.get(user).map(String::as_str);
    let is_ours = held.is_none_or(|held| of.iter().any(|badge| badge == held));
    if held != badge && (is_ours || badge.is_some()) {
        let badge = badge.map(str::to_owned);
        step.push(Fact::Badge { chat: chat.key.clone(), user: user.clone(), badge });
    }
    Ok(Delivered::default())
}

/// The group of a member who stands below the bot, if the bot has this right there.
fn member_of<'a>(step: &Step<'_>, chat: &'a Chat, right: Right, user: &UserKey) -> Judged<&'a Group> {
    let group = need_group(chat)?;
    need(chat, right)?;
    if !step.state.users.contains_key(user) {
        return no(RejectionKind::NotFound, "user not found");
    }
    match group.members.get(user) {
        None => no(RejectionKind::NotFound, "user is not a member of the chat"),
        Some(MemberRole::Owner) => {
            no(RejectionKind::MissingRight, "the owner of the chat stands above the bot")
        }
        Some(_) => Ok(group),
    }
}

fn may_restrict(chat: &Chat) -> Judged<&Group> {
    let group = need_group(chat)?;
    need(chat, Right::RestrictMembers)?;
    Ok(group)
}

fn punishable(step: &Step<'_>, group: &Group, user: &UserKey) -> Judged<()> {
    if *user == step.bot().key {
        return no(RejectionKind::Other, "can't restrict self");
    }
    if !step.state.users.contains_key(user) {
        return no(RejectionKind::NotFound, "user not found");
    }
    match group.members.get(user) {
        Some(MemberRole::Owner) => no(RejectionKind::Other, "can't restrict the owner of the chat"),
        Some(MemberRole::Admin) => no(RejectionKind::Other, "user is an administrator of the chat"),
        Some(MemberRole::Member) | None => Ok(()),
    }
}

/// Takes a member out; the bot is told as of any other leaving.
fn remove(step: &mut Step<'_>, chat: &Chat, user: &UserKey, notice: Notice) {
    step.push(Fact::Member { chat: chat.key.clone(), user: user.clone(), role: None });
    step.notice(chat, notice);
    if let Some(user) = step.state.users.get(user) {
        step.tell(chat, EventBody::Left { chat: chat.info(), user: user.info.clone() });
    }
}
