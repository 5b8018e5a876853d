//! What can be asked: groups, members, friends, histories.

use bot_core::chat::{ChatKey, ChatKind, MemberRole, MessageKey, Right, UserKey};
use guildhall_sandbox::{Author, ChatView, Door, MessageView, World};
use serde_json::{Value, json};

use super::FakeOneBot;
use super::answer::{Judged, failed};
use super::messages::{Shown, event, number};
use super::params::Params;

/// The key of the group that a call names.
pub(super) fn group(fake: &FakeOneBot, params: &Params) -> Judged<ChatKey> {
    let key = ChatKey(format!("g{}", params.int("group_id")));
    let there = fake.world().chat(&key, None, 0).is_some_and(|view| view.bot_rights.is_some());
    if there { Ok(key) } else { Err(failed("机器人不在群内或群不存在")) }
}

fn view(world: &World, chat: &ChatKey) -> Option<ChatView> {
    world.chat(chat, None, 0)
}

pub(super) fn title(world: &World, chat: &ChatKey) -> String {
    view(world, chat).map(|view| view.summary.title).unwrap_or_default()
}

/// What an admin may do: on QQ that is all of it or nothing.
pub(super) const ADMINS: [Right; 3] = [Right::DeleteMessages, Right::RestrictMembers, Right::PinMessages];

fn bot_is_admin(view: &ChatView) -> bool {
    view.bot_rights.as_ref().is_some_and(|held| ADMINS.iter().all(|right| held.contains(right)))
}

/// The word for what the bot is: titles are the owner's to give.
fn bot_role(view: &ChatView) -> &'static str {
    let may_title = view.bot_rights.as_ref().is_some_and(|held| held.contains(&Right::ManageBadges));
    match bot_is_admin(view) {
        true if may_title => "owner",
        true => "admin",
        false => "member",
    }
}

/// The word for a member's role.
pub(super) fn role(fake: &FakeOneBot, chat: &ChatKey, user: &UserKey) -> &'static str {
    let Some(view) = view(fake.world(), chat) else { return "member" };
    if *user == fake.world().bot().key {
        return bot_role(&view);
    }
    match view.members.iter().find(|member| member.user == *user).map(|member| member.role) {
        Some(MemberRole::Owner) => "owner",
        Some(MemberRole::Admin) => "admin",
        _ => "member",
    }
}

/// Whether somebody has the bot as a friend: they opened the private chat themselves.
pub(super) fn is_friend(world: &World, user: &UserKey) -> bool {
    world.user(user).is_some_and(|view| view.direct == Some(Door::Open))
}

/// Answers a question; `None` when it is none.
pub(super) fn answer(fake: &FakeOneBot, action: &str, params: &Params) -> Option<Judged> {
    let world = fake.world();
    Some(match action {
        "get_login_info" => Ok(json!({ "user_id": fake.self_id(), "nickname": world.bot().name })),
        "get_status" => Ok(json!({ "online": true, "good": true, "stat": {} })),
        "get_version_info" => {
            Ok(json!({ "app_name": "Guildhall.Simulator", "app_version": "1.0.0", "protocol_version": "v11" }))
        }
        "get_group_list" => Ok(groups(world)),
        "get_group_info" => group(fake, params).map(|chat| group_info(world, &chat)),
        "get_group_member_info" => group(fake, params).and_then(|chat| member(fake, &chat, &user(params))),
        "get_group_member_list" => group(fake, params).map(|chat| members(fake, &chat)),
        "get_stranger_info" => stranger(world, &user(params)),
        "get_friend_list" => Ok(friends(world)),
        "get_recent_contact" => Ok(recent(fake)),
        "get_group_msg_history" => group(fake, params).map(|chat| history(fake, &chat, params)),
        "get_friend_msg_history" => Ok(history(fake, &ChatKey(params.int("user_id").to_string()), params)),
        "get_msg" => one(fake, params),
        "get_group_at_all_remain" => group(fake, params).map(|_| {
            let left = fake.state().at_all_left.unwrap_or(10);
            json!({ "can_at_all": left > 0, "remain_at_all_count_for_group": left, "remain_at_all_count_for_uin": left })
        }),
        "can_send_image" | "can_send_record" => Ok(json!({ "yes": true })),
        _ => return None,
    })
}

fn user(params: &Params) -> UserKey {
    UserKey(params.int("user_id").to_string())
}

fn groups(world: &World) -> Value {
    let inside = world.chats(None).into_iter().filter(|chat| {
        chat.kind == ChatKind::Group && view(world, &chat.key).is_some_and(|view| view.bot_rights.is_some())
    });
    inside.map(|chat| group_info(world, &chat.key)).collect()
}

fn group_info(world: &World, chat: &ChatKey) -> Value {
    let Some(view) = view(world, chat) else { return Value::Null };
    json!({ "group_id": number(chat.as_str()), "group_name": view.summary.title, "group_remark": "",
        "member_count": view.members.len() + 1, "max_member_count": 500,
        "group_all_shut": if view.locked { -1 } else { 0 } })
}

fn member(fake: &FakeOneBot, chat: &ChatKey, user: &UserKey) -> Judged {
    let Some(view) = view(fake.world(), chat) else { return Err(failed("群不存在")) };
    let bot = fake.world().bot();
    if *user == bot.key {
        let own = bot_role(&view);
        return Ok(
            json!({ "group_id": number(chat.as_str()), "user_id": number(user.as_str()), "nickname": bot.name,
            "card": "", "role": own, "shut_up_timestamp": 0 }),
        );
    }
    let Some(member) = view.members.iter().find(|member| member.user == *user) else {
        return Err(failed("群成员不存在"));
    };
    let until_s = match (member.muted, member.muted_until_ms) {
        (true, until_ms) => until_ms.map_or(i64::from(i32::MAX), |until_ms| until_ms / 1_000),
        _ => 0,
    };
    Ok(json!({ "group_id": number(chat.as_str()), "user_id": number(user.as_str()), "nickname": member.name,
        "card": member.nick.clone().unwrap_or_default(), "title": member.badge.clone().unwrap_or_default(), "card_or_nickname": member.name, "role": role(fake, chat, user), "shut_up_timestamp": until_s,
        "is_robot": false, "qq_level": 16 }))
}

/// The name that a member goes by in a group; nothing for their own.
pub(super) fn card(world: &World, chat: &ChatKey, user: &UserKey) -> String {
    let members = view(world, chat).map(|view| view.members).unwrap_or_default();
    members.into_iter().find(|member| member.user == *user).and_then(|member| member.nick).unwrap_or_default()
}

/// The title of a member.
pub(super) fn title_of(world: &World, chat: &ChatKey, user: &UserKey) -> Option<String> {
    let members = view(world, chat).map(|view| view.members).unwrap_or_default();
    members.into_iter().find(|member| member.user == *user)?.badge
}

fn members(fake: &FakeOneBot, chat: &ChatKey) -> Value {
    let all = view(fake.world(), chat).map(|view| view.members).unwrap_or_default();
    all.iter().filter_map(|one| member(fake, chat, &one.user).ok()).collect()
}

fn stranger(world: &World, user: &UserKey) -> Judged {
    let view = world.user(user).ok_or_else(|| failed("用户不存在"))?;
    Ok(json!({ "user_id": number(user.as_str()), "nickname": view.info.name, "sex": "unknown", "age": 0 }))
}

fn friends(world: &World) -> Value {
    let all = world.users().into_iter().filter(|user| user.direct == Some(Door::Open));
    all.map(
        |user| json!({ "user_id": number(user.info.key.as_str()), "nickname": user.info.name, "remark": "" }),
    )
    .collect()
}

fn recent(fake: &FakeOneBot) -> Value {
    let all = fake.directs().into_iter().filter_map(|chat| Some((chat.key, chat.last_at_ms?)));
    all.map(|(key, at_ms)| json!({ "peerUin": key.as_str(), "chatType": 1, "msgTime": (at_ms / 1_000).to_string() }))
        .collect()
}

fn history(fake: &FakeOneBot, chat: &ChatKey, params: &Params) -> Value {
    let count = usize::try_from(params.int("count").clamp(1, 100)).unwrap_or(20);
    let all = fake.world().chat(chat, None, 10_000).map(|view| (view.summary.kind, view.messages));
    let (kind, all) = all.unwrap_or((ChatKind::Group, Vec::new()));
    let mut shown: Vec<Value> = all.iter().filter_map(|message| of_view(fake, chat, kind, message)).collect();
    let over = shown.len().saturating_sub(count);
    shown.drain(..over);
    json!({ "messages": shown })
}

fn of_view(fake: &FakeOneBot, chat: &ChatKey, kind: ChatKind, message: &MessageView) -> Option<Value> {
    if message.deleted {
        return None;
    }
    let from = match &message.author {
        Author::User(user) => Some((user, message.name.as_str())),
        Author::Bot => None,
        Author::Chat(_) | Author::Platform(_) => return None,
    };
    let shown = Shown {
        chat,
        kind,
        key: &message.key,
        from,
        at_ms: message.at_ms,
        content: &message.content,
        reply_to: message.reply_to.as_ref(),
        forwarded: false,
    };
    Some(event(fake, &shown))
}

/// The chat in which a message stands.
pub(super) fn chat_of(fake: &FakeOneBot, message: &MessageKey) -> Option<ChatKey> {
    if fake.state().forgotten.contains(message.as_str()) {
        return None;
    }
    let world = fake.world();
    let mut all = world.chats(None).into_iter().chain(fake.directs()).map(|chat| chat.key);
    all.find(|chat| world.message(chat, message).is_some())
}

fn one(fake: &FakeOneBot, params: &Params) -> Judged {
    let key = MessageKey(params.text("message_id").unwrap_or_default());
    let chat = chat_of(fake, &key).ok_or_else(|| failed("消息不存在"))?;
    let view = fake.world().chat(&chat, None, 0).ok_or_else(|| failed("消息不存在"))?;
    let message = fake.world().message(&chat, &key).ok_or_else(|| failed("消息不存在"))?;
    of_view(fake, &chat, view.summary.kind, &message).ok_or_else(|| failed("消息不存在"))
}
