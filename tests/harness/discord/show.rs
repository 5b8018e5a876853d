//! Users, members, messages, channels and servers as Discord's API shows them.

use bot_core::chat::{
    Attachment, ChatKey, ChatKind, Content, FileRef, MarkKind, MemberRole, MessageKey, RichText, Right,
    ThreadKey, UserInfo, UserKey,
};
use guildhall_sandbox::{Author, ChatView, MemberView, MessageView, ThreadState, World};
use serde_json::{Value, json};

use super::ids;
use super::state::State;

/// What is longer than this the bot wrote in an embed.
const CONTENT_CHARS: usize = 2_000;
/// The role of admins, beside each server's own number.
const ADMINS: u64 = 500;
const SEND: u64 = 1 << 11;
/// All that a bot can be given here, by right.
const RIGHTS: [(Right, u64); 8] = [
    (Right::Write, SEND),
    (Right::DeleteMessages, 1 << 13),
    (Right::RestrictMembers, 1 << 40 | 1 << 1 | 1 << 2),
    (Right::PinMessages, 1 << 51),
    (Right::ManageThreads, 1 << 34 | 1 << 35 | 1 << 38),
    (Right::ManageChat, 1 << 4 | 1 << 28),
    (Right::ManageNicks, 1 << 27),
    (Right::ManageBadges, 1 << 28),
];

/// A moment as Discord writes it.
pub(super) fn moment(at_ms: i64) -> String {
    moment_us(at_ms * 1_000)
}

fn moment_us(at_us: i64) -> String {
    jiff::Timestamp::from_microsecond(at_us).unwrap().strftime("%Y-%m-%dT%H:%M:%S.%6f+00:00").to_string()
}

/// A moment that Discord was told, unix milliseconds.
pub(super) fn read_moment(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>().ok().map(|at| at.as_millisecond())
}

pub(super) fn user_of(info: &UserInfo) -> Value {
    json!({
        "id": info.key.as_str(),
        "username": info.username.clone().unwrap_or_else(|| format!("user{}", info.key)),
        "global_name": info.name,
        "discriminator": "0", "avatar": null, "bot": info.is_bot,
    })
}

pub(super) fn user(world: &World, key: &UserKey) -> Value {
    if *key == world.bot().key {
        return user_of(world.bot());
    }
    world
        .user(key)
        .map_or_else(|| json!({ "id": key.as_str(), "username": "deleted" }), |user| user_of(&user.info))
}

pub(super) fn view(world: &World, chat: &ChatKey) -> Option<ChatView> {
    world.chat(chat, None, 0)
}

/// The roles of a member: the admins', and the one that is their badge.
fn roles(state: &State, chat: &ChatKey, member: &MemberView) -> Value {
    let admins = (member.role == MemberRole::Admin).then(|| ids::guild(chat) + ADMINS);
    let badge = member.badge.as_ref().and_then(|badge| state.role(chat, badge));
    admins.into_iter().chain(badge).map(|id| json!(id.to_string())).collect()
}

/// A member of a group; none when they are not in it.
pub(super) fn member(world: &World, state: &State, chat: &ChatKey, key: &UserKey) -> Option<Value> {
    let view = view(world, chat)?;
    if *key == world.bot().key {
        view.bot_rights.as_ref()?;
        return Some(
            json!({ "user": user(world, key), "roles": [], "nick": null, "joined_at": moment(ids::EPOCH_MS) }),
        );
    }
    let there = view.members.iter().find(|member| member.user == *key)?;
    let until = there.muted.then(|| there.muted_until_ms.map(moment)).flatten();
    Some(json!({
        "user": user(world, key), "roles": roles(state, chat, there), "nick": there.nick,
        "joined_at": joined_at(state, chat, key), "communication_disabled_until": until,
    }))
}

pub(super) fn joined_at(state: &State, chat: &ChatKey, key: &UserKey) -> String {
    let at_us = state.joined_us.get(&(chat.clone(), key.clone())).copied();
    moment_us(at_us.unwrap_or(ids::EPOCH_MS * 1_000))
}

/// A text that a person wrote, as Discord keeps it.
pub(super) fn raw(text: &RichText) -> String {
    let (mut out, mut at) = (String::new(), 0);
    for mark in &text.marks {
        let sign = match &mark.kind {
            MarkKind::Mention { user } => format!("<@{user}>"),
            MarkKind::MentionAll => "@everyone".to_owned(),
            _ => continue,
        };
        if mark.start_utf8 >= at {
            out.push_str(&text.text[at..mark.start_utf8]);
            out.push_str(&sign);
            at = mark.end_utf8;
        }
    }
    out + &text.text[at..]
}

/// What of a message is shown.
pub(super) struct Shown<'a> {
    pub(super) chat: &'a ChatKey,
    pub(super) key: &'a MessageKey,
    pub(super) at_ms: i64,
    pub(super) thread: Option<&'a ThreadKey>,
    pub(super) content: &'a Content,
    pub(super) reply_to: Option<&'a MessageKey>,
    pub(super) edited_ms: Option<i64>,
}

/// A message by this author.
pub(super) fn message(
    world: &World,
    state: &mut State,
    url: &str,
    shown: &Shown<'_>,
    author: Value,
) -> Value {
    let chat = shown.chat;
    let id = ids::message(state, chat, shown.key, shown.at_ms);
    state.messages.insert((chat.clone(), shown.key.clone()), id);
    let channel = channel_of(world, state, chat, shown.thread);
    let content = state.written.get(&id).cloned().unwrap_or_else(|| raw(&shown.content.text));
    let mentioned: Vec<Value> = shown.content.text.mentioned().map(|key| user(world, key)).collect();
    let everyone = shown.content.text.marks.iter().any(|mark| mark.kind == MarkKind::MentionAll);
    let files: Vec<Value> = shown
        .content
        .attachments
        .iter()
        .enumerate()
        .map(|(at, file)| attachment(file, id + at as u64, url, world.now_ms()))
        .collect();
    if let Some(at_ms) = shown.edited_ms {
        let told = moment_us(state.instant_us(at_ms));
        state.edited.insert(id, told);
    }
    let edited = state.edited.get(&id).cloned();
    let mut message = json!({
        "id": id.to_string(), "channel_id": channel.to_string(), "type": 0, "content": content, "author": author,
        "timestamp": moment(shown.at_ms), "edited_timestamp": edited, "tts": false,
        "mention_everyone": everyone, "mentions": mentioned, "mention_roles": [], "attachments": files,
        "embeds": [], "pinned": false, "components": [],
    });
    if content.chars().count() > CONTENT_CHARS {
        message["content"] = json!("");
        message["embeds"] = json!([{ "type": "rich", "description": content }]);
    }
    if let Some(reply) = shown.reply_to {
        message["type"] = json!(19);
        let replied = ids::message_there(world, state, chat, reply);
        message["message_reference"] =
            json!({ "type": 0, "message_id": replied.to_string(), "channel_id": channel.to_string() });
    }
    message
}

/// The channel of a chat, or of a thread of it.
pub(super) fn channel_of(
    world: &World,
    state: &mut State,
    chat: &ChatKey,
    thread: Option<&ThreadKey>,
) -> u64 {
    match thread {
        Some(thread) => ids::thread(state, chat, thread),
        None => ids::channel(world, chat),
    }
}

/// Any message that is there.
pub(super) fn of_view(
    world: &World,
    state: &mut State,
    url: &str,
    chat: &ChatKey,
    view: &MessageView,
) -> Option<Value> {
    let author = match &view.author {
        Author::User(key) => user(world, key),
        Author::Bot => user_of(world.bot()),
        Author::Chat(name) => json!({ "id": "77", "username": name, "bot": true }),
        Author::Platform(_) => return None,
    };
    let shown = Shown {
        chat,
        key: &view.key,
        at_ms: view.at_ms,
        thread: view.thread.as_ref(),
        content: &view.content,
        reply_to: view.reply_to.as_ref(),
        edited_ms: None,
    };
    let mut message = message(world, state, url, &shown, author);
    if matches!(view.author, Author::Chat(_)) {
        message["webhook_id"] = json!("77");
    }
    Some(message)
}

fn attachment(file: &Attachment, id: u64, url: &str, now_ms: i64) -> Value {
    let key = match &file.file {
        FileRef::Platform(key) => key.as_str(),
        FileRef::Stored(_) | FileRef::Outbox(_) => unreachable!("the world keeps files under its own keys"),
    };
    json!({
        "id": id.to_string(), "filename": file.name, "content_type": file.media_type, "size": file.size_bytes,
        "url": super::file::address(url, key, now_ms),
    })
}

/// A channel.
pub(super) fn channel(
    world: &World,
    state: &mut State,
    chat: &ChatKey,
    thread: Option<&ThreadKey>,
) -> Option<Value> {
    let view = world.chat(chat, None, 1)?;
    let id = channel_of(world, state, chat, thread);
    if let Some(key) = thread {
        let there = view.threads.iter().find(|thread| thread.key == *key)?;
        let closed = there.state == ThreadState::Closed;
        return Some(json!({
            "id": id.to_string(), "type": 11, "guild_id": ids::guild(chat).to_string(),
            "parent_id": ids::channel(world, chat).to_string(), "name": there.title,
            "thread_metadata": { "archived": closed, "locked": closed, "auto_archive_duration": 10080 },
            "last_message_id": last_id(world, state, chat),
        }));
    }
    if view.summary.kind == ChatKind::Direct {
        return Some(
            json!({ "id": id.to_string(), "type": 1, "recipients": [user(world, &UserKey(chat.0.clone()))] }),
        );
    }
    let kind = match () {
        () if state.forums.contains(chat) => 15,
        () if state.news.contains(chat) => 5,
        () => 0,
    };
    Some(json!({
        "id": id.to_string(), "type": kind, "guild_id": ids::guild(chat).to_string(), "name": "general", "position": 0,
        "permission_overwrites": overwrites(world, state, chat), "last_message_id": last_id(world, state, chat),
        "rate_limit_per_user": 0, "parent_id": null, "nsfw": false, "topic": null,
    }))
}

fn last_id(world: &World, state: &mut State, chat: &ChatKey) -> Value {
    let view = world.chat(chat, None, 1);
    let last = view.as_ref().and_then(|view| view.messages.last());
    last.map_or(Value::Null, |last| json!(ids::message(state, chat, &last.key, last.at_ms).to_string()))
}

/// What may be done in a channel by whom: the bot's rights are an overwrite of its own, and whether members may write is
/// as the world has it, since people lock channels too.
pub(super) fn overwrites(world: &World, state: &State, chat: &ChatKey) -> Vec<Value> {
    let view = view(world, chat);
    let (locked, rights) = view.map(|view| (view.locked, view.bot_rights)).unwrap_or_default();
    let mut all =
        state.overwrites.get(chat).cloned().unwrap_or_else(|| own(world, &rights.unwrap_or_default()));
    let everyone = ids::guild(chat).to_string();
    match all.iter_mut().find(|one| one["id"] == everyone.as_str()) {
        Some(one) => {
            let deny: u64 = one["deny"].as_str().and_then(|bits| bits.parse().ok()).unwrap_or_default();
            let deny = if locked { deny | SEND } else { deny & !SEND };
            one["deny"] = json!(deny.to_string());
        }
        None if locked => {
            all.push(json!({ "id": everyone, "type": 0, "allow": "0", "deny": SEND.to_string() }));
        }
        None => {}
    }
    all
}

/// The overwrite that holds the bot's own rights.
fn own(world: &World, rights: &[Right]) -> Vec<Value> {
    let all = RIGHTS.iter().fold(0, |all, (_, bits)| all | bits);
    let held = RIGHTS.iter().filter(|(right, _)| rights.contains(right)).fold(0, |all, (_, bits)| all | bits);
    vec![
        json!({ "id": world.bot().key.as_str(), "type": 1, "allow": held.to_string(), "deny": (all & !held).to_string() }),
    ]
}

/// A role that the bot made.
pub(super) fn role(id: u64, name: &str) -> Value {
    json!({ "id": id.to_string(), "name": name, "permissions": "0", "mentionable": false, "hoist": false })
}

/// A server with all that is in it.
pub(super) fn guild(world: &World, state: &mut State, chat: &ChatKey) -> Option<Value> {
    let view = world.chat(chat, None, 0)?;
    let id = ids::guild(chat);
    let owner = view.members.iter().find(|member| member.role == MemberRole::Owner);
    let threads: Vec<Value> = view
        .threads
        .iter()
        .filter(|thread| thread.state == ThreadState::Open)
        .filter_map(|thread| channel(world, state, chat, Some(&thread.key)))
        .collect();
    let everyone: u64 = 1 << 10 | SEND | 1 << 16 | 1 << 6;
    let mut guild_roles = vec![
        json!({ "id": id.to_string(), "name": "@everyone", "permissions": everyone.to_string() }),
        json!({ "id": (id + ADMINS).to_string(), "name": "admins", "permissions": "8" }),
    ];
    guild_roles.extend(state.roles_of(chat).map(|(id, name)| role(id, name)));
    Some(json!({
        "id": id.to_string(), "name": view.summary.title, "unavailable": false,
        "owner_id": owner.map_or_else(|| "1".to_owned(), |owner| owner.user.0.clone()),
        "system_channel_id": ids::channel(world, chat).to_string(),
        "roles": guild_roles,
        "channels": [channel(world, state, chat, None)?], "threads": threads,
        "members": member(world, state, chat, &world.bot().key).into_iter().collect::<Vec<_>>(),
        "member_count": view.members.len() + 1, "large": false,
    }))
}
