//! Messages of the bot: sent, edited, deleted, and the history of channels.

use bot_core::chat::{
    Action, Address, Button, ButtonDo, ChatKind, Content, Delivered, MessageKey, MessageRef, UserKey,
};
use guildhall_sandbox::Author;
use serde_json::{Value, json};

use super::rest::{Channel, Judged, Reading};
use super::server::Asked;
use super::{FakeDiscord, ids, markdown, show, words};

/// Longest content, characters.
const CONTENT_CHARS: usize = 2_000;
/// Longest description of an embed, characters.
const EMBED_CHARS: usize = 4_096;
/// Largest file, bytes.
const FILE_BYTES: usize = 10 * 1024 * 1024;
/// How long a nonce keeps a send from being another one, milliseconds.
const NONCE_MS: i64 = 5 * 60_000;
/// Messages older than this are not deleted together, milliseconds.
const TOGETHER_MS: i64 = 14 * 86_400_000;

/// The message of a channel that an id names.
pub(super) fn known(fake: &FakeDiscord, channel: &Channel, id: &str) -> Judged<MessageKey> {
    let id: u64 = id.parse().map_err(|_| words::INVALID_FORM)?;
    let key = ids::message_key(id);
    let there = fake.world().message(&channel.chat, &key).filter(|there| there.thread == channel.thread);
    let is_it = there.is_some_and(|there| {
        let mut state = fake.state();
        ids::message_there(fake.world(), &mut state, &channel.chat, &there.key) == id
    });
    if is_it { Ok(key) } else { Err(words::UNKNOWN_MESSAGE) }
}

pub(super) fn history(fake: &FakeDiscord, asked: &Asked, channel: &Channel) -> Judged {
    let (world, url) = (fake.world(), fake.url());
    let after: u64 = asked.query("after").and_then(|id| id.parse().ok()).unwrap_or_default();
    let limit: usize = asked.query("limit").and_then(|limit| limit.parse().ok()).unwrap_or(50);
    let view = world.chat(&channel.chat, None, 10_000).ok_or(words::UNKNOWN_CHANNEL)?;
    let mut state = fake.state();
    let there = view.messages.iter().filter(|message| message.thread == channel.thread && !message.deleted);
    let mut all: Vec<Value> =
        there.filter_map(|message| show::of_view(world, &mut state, &url, &channel.chat, message)).collect();
    all.retain(|message| message["id"].as_str().and_then(|id| id.parse::<u64>().ok()) > Some(after));
    all.truncate(limit);
    all.reverse();
    Ok(Reading::Done(Value::Array(all)))
}

pub(super) fn one(fake: &FakeDiscord, channel: &Channel, id: &str) -> Judged {
    let key = known(fake, channel, id)?;
    let there = fake.world().message(&channel.chat, &key).ok_or(words::UNKNOWN_MESSAGE)?;
    let shown = show::of_view(fake.world(), &mut fake.state(), &fake.url(), &channel.chat, &there);
    shown.map(Reading::Done).ok_or(words::UNKNOWN_MESSAGE)
}

fn content(fake: &FakeDiscord, asked: &Asked) -> Judged<Content> {
    // Who writes without it rings for everybody whom the text names.
    if !asked.body["allowed_mentions"].is_object() {
        return Err(words::INVALID_FORM);
    }
    let raw = raw_of(asked)?;
    let name = |user: &UserKey| match fake.world().user(user) {
        Some(user) => user.info.name,
        None => user.to_string(),
    };
    let mut content = Content { text: markdown::read(&raw, &name), ..Content::default() };
    for (name, bytes) in &asked.files {
        if bytes.len() > FILE_BYTES {
            return Err(words::TOO_LARGE);
        }
        content.attachments.push(fake.world().upload(name, bytes).map_err(|_| words::INVALID_FORM)?);
    }
    content.buttons = buttons(&asked.body["components"])?;
    Ok(content)
}

/// What a message says: its content, or the description of its embed, which must not be hidden.
fn raw_of(asked: &Asked) -> Judged<String> {
    let raw = asked.body["content"].as_str().unwrap_or_default();
    let embeds: &[Value] = asked.body["embeds"].as_array().map(Vec::as_slice).unwrap_or_default();
    let described = embeds.first().and_then(|embed| embed["description"].as_str()).unwrap_or_default();
    let hidden = asked.body["flags"].as_u64().unwrap_or_default() & 4 != 0;
    let too_long = raw.chars().count() > CONTENT_CHARS || described.chars().count() > EMBED_CHARS;
    if too_long || embeds.len() > 10 || !described.is_empty() && (hidden || !raw.is_empty()) {
        return Err(words::INVALID_FORM);
    }
    Ok(if raw.is_empty() { described } else { raw }.to_owned())
}

fn buttons(rows: &Value) -> Judged<Vec<Vec<Button>>> {
    let rows: &[Value] = rows.as_array().map(Vec::as_slice).unwrap_or_default();
    if rows.len() > 5 {
        return Err(words::INVALID_FORM);
    }
    rows.iter()
        .map(|row| {
            let all: &[Value] = row["components"].as_array().map(Vec::as_slice).unwrap_or_default();
            if row["type"] != 1 || !(1..=5).contains(&all.len()) {
                return Err(words::INVALID_FORM);
            }
            all.iter().map(button).collect()
        })
        .collect()
}

fn button(button: &Value) -> Judged<Button> {
    let label = button["label"].as_str().unwrap_or_default().to_owned();
    if button["type"] != 2 || label.is_empty() || label.chars().count() > 80 {
        return Err(words::INVALID_FORM);
    }
    let does = match (button["style"].as_u64(), button["custom_id"].as_str(), button["url"].as_str()) {
        (Some(5), None, Some(url)) => ButtonDo::Url(url.to_owned()),
        (Some(1..=4), Some(id), None) if (1..=100).contains(&id.len()) => match id.strip_prefix("open:") {
            Some(payload) => ButtonDo::OpenDirect(payload.to_owned()),
            None => ButtonDo::Press(id.to_owned()),
        },
        _ => return Err(words::INVALID_FORM),
    };
    Ok(Button { label, does })
}

pub(super) fn create(fake: &FakeDiscord, asked: &Asked, channel: &Channel) -> Judged {
    let now_ms = fake.world().now_ms();
    let nonce = asked.body["nonce"].as_str().unwrap_or_default().to_owned();
    if nonce.len() > 25 || nonce.is_empty() != (asked.body["enforce_nonce"] != true) {
        return Err(words::INVALID_FORM);
    }
    if channel.thread.is_none() && fake.state().forums.contains(&channel.chat) {
        return Err(words::NO_TEXT_CHANNEL);
    }
    let before = fake.state().nonces.get(&(channel.id, nonce.clone())).cloned();
    if let Some((key, at_ms)) = before
        && now_ms - at_ms <= NONCE_MS
        && let Some(there) = fake.world().message(&channel.chat, &key)
    {
        let shown = show::of_view(fake.world(), &mut fake.state(), &fake.url(), &channel.chat, &there);
        return shown.map(Reading::Done).ok_or(words::UNKNOWN_MESSAGE);
    }
    let mut content = content(fake, asked)?;
    if content.text.text.trim().is_empty() && content.attachments.is_empty() {
        return Err(words::EMPTY);
    }
    if let Some(id) = asked.body["message_reference"]["message_id"].as_str() {
        let lenient = asked.body["message_reference"]["fail_if_not_exists"] == false;
        match known(fake, channel, id) {
            Ok(key) => content.reply_to = Some(MessageRef::Key(key)),
            Err(_) if lenient => {}
            Err(_) => return Err(words::INVALID_FORM),
        }
    }
    let (channel, raw) = (channel.clone(), raw_of(asked)?);
    let then = move |fake: &FakeDiscord, delivered: &Delivered| {
        let Some(there) = delivered.message.as_ref().and_then(|key| fake.world().message(&channel.chat, key))
        else {
            return json!({});
        };
        let mut state = fake.state();
        let id = ids::message(&mut state, &channel.chat, &there.key, there.at_ms);
        state.written.insert(id, raw);
        state.nonces.insert((channel.id, nonce), (there.key.clone(), now_ms));
        show::of_view(fake.world(), &mut state, &fake.url(), &channel.chat, &there).unwrap_or_default()
    };
    Ok(Reading::act(place(fake, &channel_of(asked, fake)?), Action::Send(content), then))
}

fn channel_of(asked: &Asked, fake: &FakeDiscord) -> Judged<Channel> {
    let id = asked.path.split('/').nth(2).unwrap_or_default();
    super::rest::channel(fake, id)
}

/// Where a message goes: a private one to a person who shares a group with the bot.
fn place(fake: &FakeDiscord, channel: &Channel) -> Address {
    let direct =
        show::view(fake.world(), &channel.chat).is_none_or(|view| view.summary.kind == ChatKind::Direct);
    if !direct {
        return channel.address();
    }
    let peer = UserKey(channel.chat.0.clone());
    let via = fake.world().user(&peer).and_then(|user| user.groups.into_iter().next());
    Address { chat: Some(channel.chat.clone()), peer: Some(peer), via, thread: None }
}

pub(super) fn edit(fake: &FakeDiscord, asked: &Asked, channel: &Channel, id: &str) -> Judged {
    let key = known(fake, channel, id)?;
    let there = fake.world().message(&channel.chat, &key).ok_or(words::UNKNOWN_MESSAGE)?;
    if there.author != Author::Bot {
        return Err(words::NOT_OWN);
    }
    let new = content(fake, asked)?;
    let content = Content { attachments: there.content.attachments.clone(), ..new };
    let raw = raw_of(asked)?;
    let (chat, id) = (channel.chat.clone(), id.parse::<u64>().unwrap_or_default());
    let then = move |fake: &FakeDiscord, _: &Delivered| {
        let mut state = fake.state();
        state.written.insert(id, raw);
        let there = fake.world().message(&chat, &ids::message_key(id));
        there
            .and_then(|there| show::of_view(fake.world(), &mut state, &fake.url(), &chat, &there))
            .unwrap_or_default()
    };
    let mut to = channel.address();
    to.thread = None;
    Ok(Reading::act(to, Action::Edit { message: MessageRef::Key(key), content }, then))
}

/// Hands a message of an announcement channel on to those who follow it, once.
pub(super) fn publish(fake: &FakeDiscord, channel: &Channel, id: &str) -> Judged {
    let key = known(fake, channel, id)?;
    let id = id.parse::<u64>().unwrap_or_default();
    let mut state = fake.state();
    if !state.news.contains(&channel.chat) || !state.published.insert(id) {
        return Err(words::INVALID_FORM);
    }
    drop(state);
    let there = fake.world().message(&channel.chat, &key).ok_or(words::UNKNOWN_MESSAGE)?;
    let shown = show::of_view(fake.world(), &mut fake.state(), &fake.url(), &channel.chat, &there);
    shown.map(Reading::Done).ok_or(words::UNKNOWN_MESSAGE)
}

pub(super) fn delete(fake: &FakeDiscord, channel: &Channel, ids: &[&str]) -> Judged {
    let found: Vec<MessageRef> =
        ids.iter().filter_map(|id| known(fake, channel, id).ok()).map(MessageRef::Key).collect();
    if found.is_empty() {
        return if ids.len() == 1 { Err(words::UNKNOWN_MESSAGE) } else { Ok(Reading::Done(Value::Null)) };
    }
    let mut to = channel.address();
    to.thread = None;
    Ok(Reading::plainly(to, Action::Delete { messages: found }))
}

pub(super) fn delete_many(fake: &FakeDiscord, asked: &Asked, channel: &Channel) -> Judged {
    let ids: Vec<&str> =
        asked.body["messages"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if !(2..=100).contains(&ids.len()) {
        return Err(words::INVALID_FORM);
    }
    let oldest = ids::snowflake(fake.world().now_ms() - TOGETHER_MS, 0);
    if ids.iter().any(|id| id.parse::<u64>().is_ok_and(|id| id < oldest)) {
        return Err(words::TOO_OLD);
    }
    delete(fake, channel, &ids)
}
