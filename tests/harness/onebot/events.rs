//! The world's events as OneBot tells them.

use bot_core::chat::{
    CUSTOM_EMOJI, ChatInfo, ChatKind, Event, EventBody, MemberRole, MessageEvent, Sender, UserInfo,
};
use guildhall_sandbox::{ChatView, Notice};
use serde_json::{Value, json};

use super::messages::{self, Shown, number};
use super::{FakeOneBot, info};

/// The events of one of the world's; none for what QQ tells nobody.
pub(super) fn events_of(fake: &FakeOneBot, event: &Event) -> Vec<Value> {
    match &event.body {
        EventBody::Message(message) => message_event(fake, event.at_ms, message).into_iter().collect(),
        EventBody::JoinRequested { chat, user, request, words } => {
            fake.state().requests.insert(request.0.clone(), (chat.key.clone(), user.key.clone()));
            vec![json!({
                "time": event.at_ms / 1_000, "self_id": fake.self_id(), "post_type": "request",
                "request_type": "group", "sub_type": "add", "comment": words, "flag": request.as_str(),
                "group_id": number(chat.key.as_str()), "user_id": number(user.key.as_str()),
            })]
        }
        EventBody::Deleted { chat, messages } => {
            messages.iter().map(|message| recalled(fake, event.at_ms, chat, message.as_str())).collect()
        }
        body => told_of(fake, body)
            .map(|(kind, sub, fields)| notice(fake, event.at_ms, kind, sub, fields))
            .into_iter()
            .collect(),
    }
}

fn notice(fake: &FakeOneBot, at_ms: i64, kind: &str, sub: &str, fields: Value) -> Value {
    let mut notice = json!({ "time": at_ms / 1_000, "self_id": fake.self_id(), "post_type": "notice",
        "notice_type": kind, "sub_type": sub });
    if let (Some(notice), Value::Object(fields)) = (notice.as_object_mut(), fields) {
        notice.extend(fields);
    }
    notice
}

fn recalled(fake: &FakeOneBot, at_ms: i64, chat: &ChatInfo, message: &str) -> Value {
    let (chat_id, message_id) = (number(chat.key.as_str()), number(message));
    match chat.kind {
        ChatKind::Direct => {
            let fields = json!({ "user_id": chat_id, "message_id": message_id });
            notice(fake, at_ms, "friend_recall", "", fields)
        }
        _ => {
            let fields =
                json!({ "group_id": chat_id, "user_id": 0, "operator_id": 0, "message_id": message_id });
            notice(fake, at_ms, "group_recall", "", fields)
        }
    }
}

/// The kind, sort and fields of a notice; `None` for what QQ tells nobody.
fn told_of<'e>(fake: &FakeOneBot, body: &'e EventBody) -> Option<(&'e str, &'static str, Value)> {
    let of = |chat: &ChatInfo, user: &UserInfo| (number(chat.key.as_str()), number(user.key.as_str()));
    Some(match body {
        EventBody::Joined { chat, user } => {
            let (group, user) = of(chat, user);
            ("group_increase", "approve", json!({ "group_id": group, "user_id": user, "operator_id": 0 }))
        }
        EventBody::Left { chat, user } => {
            let removed = view(fake, &chat.key).is_some_and(|view| was_removed(&view, user.key.as_str()));
            let (group, user) = of(chat, user);
            let (sub, by) = if removed { ("kick", fake.self_id()) } else { ("leave", user) };
            ("group_decrease", sub, json!({ "group_id": group, "user_id": user, "operator_id": by }))
        }
        EventBody::RoleChanged { chat, user, role } => {
            let (group, user) = of(chat, user);
            let sub = if *role == MemberRole::Member { "unset" } else { "set" };
            ("group_admin", sub, json!({ "group_id": group, "user_id": user }))
        }
        EventBody::DirectOpened { by, .. } => {
            ("friend_add", "", json!({ "user_id": number(by.key.as_str()) }))
        }
        EventBody::ChatChanged { chat, added_by, .. } => {
            let by = added_by.as_ref().map_or(0, |by| number(by.key.as_str()));
            let (kind, sub) = own_change(fake, &chat.key, by)?;
            let group = number(chat.key.as_str());
            (kind, sub, json!({ "group_id": group, "user_id": fake.self_id(), "operator_id": by }))
        }
        // QQ tells of one at a time, and of none in private: a story adds one, or takes away the only one.
        EventBody::Reacted { chat, message, by: Some(by), emoji, .. } if chat.kind == ChatKind::Group => {
            let (group, user) = of(chat, by);
            let whose = (chat.key.clone(), message.clone(), by.key.clone());
            let before = fake.state().reactions.insert(whose, emoji.clone()).unwrap_or_default();
            let taken = before.iter().find(|one| !emoji.contains(one));
            let one = taken.or_else(|| emoji.iter().find(|one| !before.contains(one)))?;
            let likes = json!([{ "emoji_id": emoji_id(one), "count": 1 }]);
            let fields = json!({ "group_id": group, "user_id": user, "likes": likes, "is_add": taken.is_none(),
                "message_id": number(message.as_str()) });
            ("group_msg_emoji_like", "", fields)
        }
        EventBody::Unknown { kind } => (kind.as_str(), "", json!({})),
        // Nobody is told of a block, and QQ has no edits, buttons, forms, threads or migrations.
        _ => return None,
    })
}

/// QQ's number of an emoji: its code point, or that of a face of QQ's own.
fn emoji_id(emoji: &str) -> String {
    let code = || emoji.chars().next().map(|first| u32::from(first).to_string());
    emoji.strip_prefix(CUSTOM_EMOJI).map(str::to_owned).or_else(code).unwrap_or_default()
}

fn view(fake: &FakeOneBot, chat: &bot_core::chat::ChatKey) -> Option<ChatView> {
    fake.world().chat(chat, None, 50)
}

fn was_removed(view: &ChatView, user: &str) -> bool {
    view.messages.iter().rev().any(|message| match &message.author {
        guildhall_sandbox::Author::Platform(
            Notice::Kicked { user: gone } | Notice::Banned { user: gone },
        ) => gone.as_str() == user,
        _ => false,
    })
}

fn message_event(fake: &FakeOneBot, at_ms: i64, message: &MessageEvent) -> Option<Value> {
    let from = match &message.from {
        Sender::User { user, .. } => Some((&user.key, user.name.as_str())),
        Sender::Myself => None,
        // There are no anonymous admins on QQ.
        Sender::Chat { .. } => return anonymous(fake, at_ms, message),
    };
    let shown = Shown {
        chat: &message.chat.key,
        kind: message.chat.kind,
        key: &message.message,
        from,
        at_ms,
        content: &message.content,
        reply_to: message.reply_to.as_ref(),
        forwarded: message.forwarded.is_some(),
    };
    Some(messages::event(fake, &shown))
}

/// A message behind a mask, as groups once allowed it.
fn anonymous(fake: &FakeOneBot, at_ms: i64, message: &MessageEvent) -> Option<Value> {
    let Sender::Chat { name } = &message.from else { return None };
    let mask = bot_core::chat::UserKey::from("80000000");
    let shown = Shown {
        chat: &message.chat.key,
        kind: message.chat.kind,
        key: &message.message,
        from: Some((&mask, name)),
        at_ms,
        content: &message.content,
        reply_to: message.reply_to.as_ref(),
        forwarded: false,
    };
    let mut event = messages::event(fake, &shown);
    event["sub_type"] = json!("anonymous");
    event["anonymous"] = json!({ "id": 1, "name": name, "flag": "x" });
    Some(event)
}

/// What became of the bot in a group, if it was not told yet. New titles come with the next message.
fn own_change(
    fake: &FakeOneBot,
    chat: &bot_core::chat::ChatKey,
    by: i64,
) -> Option<(&'static str, &'static str)> {
    let rights = view(fake, chat)?.bot_rights;
    let before = fake.state().told_rights.insert(chat.clone(), rights.clone());
    let was_admin = || info_admin(before.as_ref().and_then(Option::as_ref));
    match (&before, &rights) {
        (None | Some(None), Some(_)) => Some(("group_increase", if by == 0 { "approve" } else { "invite" })),
        (Some(Some(_)), None) => Some(("group_decrease", "kick_me")),
        (_, Some(now)) if was_admin() != info_admin(Some(now)) => {
            Some(("group_admin", if info_admin(Some(now)) { "set" } else { "unset" }))
        }
        _ => None,
    }
}

fn info_admin(rights: Option<&Vec<bot_core::chat::Right>>) -> bool {
    rights.is_some_and(|held| info::ADMINS.iter().all(|right| held.contains(right)))
}
