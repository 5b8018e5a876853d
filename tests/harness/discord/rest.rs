//! One call of the REST API: found by its method and path, struck by the world's faults, judged, and answered.

use bot_core::chat::{
    Action, Address, ChatKey, Content, Delivered, MessageRef, Outcome, ThreadKey, ThreadRef, UserKey,
};
use guildhall_sandbox::Fault;
use serde_json::{Value, json};

use super::limits::{bucket, ordered};
use super::server::{Answer, Asked};
use super::state::Called;
use super::words::{self, Refused};
use super::{APPLICATION, FakeDiscord, ids, press, send, show};

/// What was read of a call.
pub(super) enum Reading {
    /// It asked for something, or changed nothing in the world.
    Done(Value),
    /// It is an act in the world, and how it is answered.
    Act(Box<(Address, Action)>, Then),
}

/// What becomes of a call once the world has done its part.
pub(super) type Then = Box<dyn FnOnce(&FakeDiscord, &Delivered) -> Value + Send>;

/// The numbers of roles that the bot makes begin so far above their server's.
const FIRST_ROLE: u64 = 600;

/// A call that was judged.
pub(super) type Judged<T = Reading> = Result<T, Refused>;

impl Reading {
    /// An act, and what is answered once it is done.
    pub(super) fn act(
        to: Address,
        action: Action,
        then: impl FnOnce(&FakeDiscord, &Delivered) -> Value + Send + 'static,
    ) -> Self {
        Self::Act(Box::new((to, action)), Box::new(then))
    }

    /// An act without an answer but that it was done.
    pub(super) fn plainly(to: Address, action: Action) -> Self {
        Self::act(to, action, |_, _| Value::Null)
    }
}

/// A channel of the bot's calls.
#[derive(Clone)]
pub(super) struct Channel {
    pub(super) id: u64,
    pub(super) chat: ChatKey,
    pub(super) thread: Option<ThreadKey>,
}

impl Channel {
    pub(super) fn address(&self) -> Address {
        Address { chat: Some(self.chat.clone()), peer: None, via: None, thread: self.thread.clone() }
    }
}

pub(super) async fn answer(fake: &FakeDiscord, asked: Asked) -> Answer {
    fake.state().calls.push(Called {
        method: asked.method.clone(),
        path: asked.path.clone(),
        body: asked.body.clone(),
    });
    if let Some(ordered) = ordered(fake, &asked) {
        return ordered;
    }
    let headers = match bucket(fake, &asked) {
        Ok(headers) => headers,
        Err(answer) => return answer,
    };
    let answer = match read(fake, &asked) {
        Ok(Reading::Done(value)) => done(value, headers),
        Ok(Reading::Act(act, then)) => {
            let (to, action) = *act;
            perform(fake, to, action, then, headers).await
        }
        Err(refused) => refused.into(),
    };
    fake.turn();
    answer
}

fn done(value: Value, headers: Vec<(String, String)>) -> Answer {
    let status = if value.is_null() { 204 } else { 200 };
    Answer::Json(status, headers, value)
}

/// A channel by its number.
pub(super) fn channel(fake: &FakeDiscord, id: &str) -> Judged<Channel> {
    let id: u64 = id.parse().map_err(|_| words::UNKNOWN_CHANNEL)?;
    let (chat, thread) = ids::place(fake.world(), &fake.state(), id).ok_or(words::UNKNOWN_CHANNEL)?;
    let view = show::view(fake.world(), &chat).ok_or(words::UNKNOWN_CHANNEL)?;
    let is_group = view.summary.kind != bot_core::chat::ChatKind::Direct;
    if is_group && view.bot_rights.is_none() {
        return Err(words::MISSING_ACCESS);
    }
    Ok(Channel { id, chat, thread })
}

fn read(fake: &FakeDiscord, asked: &Asked) -> Judged {
    let parts: Vec<&str> = asked.path.split('/').filter(|part| !part.is_empty()).collect();
    let method = asked.method.as_str();
    match (method, parts.as_slice()) {
        ("GET", ["applications", "@me"]) => {
            let flags: u64 = if fake.state().intents_off { 0 } else { 1 << 15 | 1 << 19 };
            Ok(Reading::Done(json!({ "id": APPLICATION, "name": "Guildhall", "flags": flags })))
        }
        ("GET", ["gateway", "bot"]) => Ok(Reading::Done(json!({
            "url": fake.gateway_url(), "shards": 1 + fake.state().more_shards,
            "session_start_limit": { "total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1 },
        }))),
        ("GET", ["users", "@me"]) => Ok(Reading::Done(show::user_of(fake.world().bot()))),
        ("POST", ["users", "@me", "channels"]) => open_direct(fake, asked),
        (_, ["channels", id, rest @ ..]) => in_channel(fake, asked, &channel(fake, id)?, rest),
        (_, ["guilds", id, rest @ ..]) => in_guild(fake, asked, id, rest),
        ("POST", ["interactions", id, token, "callback"]) => press::answer(fake, asked, id, token),
        ("POST", ["webhooks", _, token]) => press::follow_up(fake, asked, token),
        ("DELETE", ["webhooks", _, token, "messages", "@original"]) => press::forget(fake, token),
        (_, ["applications", _, .., "commands"]) => {
            let mut state = fake.state();
            if method == "PUT" {
                state.commands.insert(asked.path.clone(), asked.body.clone());
            }
            Ok(Reading::Done(state.commands.get(&asked.path).cloned().unwrap_or_else(|| json!([]))))
        }
        _ => Err(words::NOT_FOUND),
    }
}

fn open_direct(fake: &FakeDiscord, asked: &Asked) -> Judged {
    let id: u64 =
        asked.body["recipient_id"].as_str().and_then(|id| id.parse().ok()).ok_or(words::INVALID_FORM)?;
    let user = UserKey(id.to_string());
    fake.world().user(&user).ok_or(words::UNKNOWN_USER)?;
    Ok(Reading::Done(json!({
        "id": ids::direct(id).to_string(), "type": 1, "recipients": [show::user(fake.world(), &user)],
    })))
}

fn in_channel(fake: &FakeDiscord, asked: &Asked, channel: &Channel, rest: &[&str]) -> Judged {
    match (asked.method.as_str(), rest) {
        ("GET", []) => {
            let shown =
                show::channel(fake.world(), &mut fake.state(), &channel.chat, channel.thread.as_ref());
            shown.map(Reading::Done).ok_or(words::UNKNOWN_CHANNEL)
        }
        ("PATCH", []) => change_channel(asked, channel),
        ("GET", ["messages"]) => send::history(fake, asked, channel),
        ("GET", ["messages", id]) => send::one(fake, channel, id),
        ("POST", ["messages"]) => send::create(fake, asked, channel),
        ("PATCH", ["messages", id]) => send::edit(fake, asked, channel, id),
        ("DELETE", ["messages", id]) => send::delete(fake, channel, &[id]),
        ("POST", ["messages", "bulk-delete"]) => send::delete_many(fake, asked, channel),
        ("POST", ["messages", id, "crosspost"]) => send::publish(fake, channel, id),
        ("PUT" | "DELETE", ["messages", "pins", id]) => {
            let message = MessageRef::Key(send::known(fake, channel, id)?);
            let pins = asked.method == "PUT";
            let action = if pins { Action::Pin { message } } else { Action::Unpin { message } };
            Ok(Reading::plainly(channel.address(), action))
        }
        ("POST", ["threads"]) => open_thread(fake, asked, channel),
        ("GET", ["threads", "archived", "public" | "private"]) => {
            Ok(Reading::Done(json!({ "threads": [], "has_more": false })))
        }
        _ => Err(words::NOT_FOUND),
    }
}

fn open_thread(fake: &FakeDiscord, asked: &Asked, channel: &Channel) -> Judged {
    let title = asked.body["name"].as_str().unwrap_or_default().trim().to_owned();
    if title.is_empty() || title.chars().count() > 100 || channel.thread.is_some() {
        return Err(words::INVALID_FORM);
    }
    let chat = channel.chat.clone();
    let kind = asked.body["type"].as_u64();
    // Without a sort a thread that hangs on no message is private.
    let known = matches!(kind, Some(11 | 12)) || kind.is_none() && fake.state().forums.contains(&chat);
    if !known {
        return Err(words::INVALID_FORM);
    }
    // A post of a forum begins with a message.
    let is_forum = fake.state().forums.contains(&chat);
    let first = asked.body["message"]["content"].as_str().unwrap_or_default().to_owned();
    if is_forum && first.is_empty() {
        return Err(words::INVALID_FORM);
    }
    Ok(Reading::act(channel.address(), Action::OpenThread { title }, move |fake, delivered| {
        let thread = delivered.thread.clone().unwrap_or_else(|| ThreadKey::from("0"));
        if is_forum {
            let to =
                Address { chat: Some(chat.clone()), peer: None, via: None, thread: Some(thread.clone()) };
            fake.world().bot_does(&to, &Action::Send(Content::text(first)));
        }
        show::channel(fake.world(), &mut fake.state(), &chat, Some(&thread)).unwrap_or_default()
    }))
}

fn change_channel(asked: &Asked, channel: &Channel) -> Judged {
    let mut to = channel.address();
    to.thread = None;
    if let Some(key) = &channel.thread {
        let thread = ThreadRef::Key(key.clone());
        let action = match (asked.body["name"].as_str(), asked.body["locked"].as_bool()) {
            (Some(title), _) => Action::RenameThread { thread, title: title.to_owned() },
            (None, Some(true)) => Action::CloseThread { thread },
            (None, Some(false)) => Action::ReopenThread { thread },
            (None, None) => return Err(words::INVALID_FORM),
        };
        return Ok(Reading::plainly(to, action));
    }
    if let Some(every_s) = asked.body["rate_limit_per_user"].as_u64() {
        let every_s = u32::try_from(every_s).map_err(|_| words::INVALID_FORM)?;
        return Ok(Reading::plainly(to, Action::SlowMode { every_s }));
    }
    let Some(set) = asked.body["permission_overwrites"].as_array().cloned() else {
        return Err(words::INVALID_FORM);
    };
    let everyone = ids::guild(&channel.chat).to_string();
    let denies = set.iter().any(|one| {
        let deny: u64 = one["deny"].as_str().and_then(|bits| bits.parse().ok()).unwrap_or_default();
        one["id"] == everyone.as_str() && deny & (1 << 11) != 0
    });
    let chat = channel.chat.clone();
    let then = move |fake: &FakeDiscord, _: &Delivered| {
        fake.state().overwrites.insert(chat, set);
        json!({})
    };
    let action = if denies { Action::Lock } else { Action::Unlock { before: None } };
    Ok(Reading::act(to, action, then))
}

fn in_guild(fake: &FakeDiscord, asked: &Asked, id: &str, rest: &[&str]) -> Judged {
    let world = fake.world();
    let chat = ids::group(id.parse().map_err(|_| words::UNKNOWN_GUILD)?);
    let view = show::view(world, &chat).ok_or(words::UNKNOWN_GUILD)?;
    if view.bot_rights.is_none() {
        return Err(words::MISSING_ACCESS);
    }
    let to = Address { chat: Some(chat.clone()), peer: None, via: None, thread: None };
    let user = |key: &str| UserKey(key.to_owned());
    match (asked.method.as_str(), rest) {
        ("GET", ["members"]) => {
            let state = fake.state();
            let after: u64 = asked.query("after").and_then(|after| after.parse().ok()).unwrap_or_default();
            let mut all: Vec<&UserKey> = view.members.iter().map(|member| &member.user).collect();
            all.retain(|key| key.as_str().parse::<u64>().is_ok_and(|key| key > after));
            all.sort();
            let members = all.into_iter().filter_map(|key| show::member(world, &state, &chat, key));
            Ok(Reading::Done(Value::Array(members.collect())))
        }
        ("GET", ["members", key]) => {
            let member = show::member(world, &fake.state(), &chat, &user(key));
            member.map(Reading::Done).ok_or(words::UNKNOWN_MEMBER)
        }
        ("PATCH", ["members", key]) => change_member(world.now_ms(), asked, to, user(key)),
        ("POST", ["roles"]) => make_role(fake, asked, &chat),
        ("PUT" | "DELETE", ["members", key, "roles", role]) => {
            let id: u64 = role.parse().map_err(|_| words::UNKNOWN_ROLE)?;
            let (_, name) = fake.state().roles.get(&id).cloned().ok_or(words::UNKNOWN_ROLE)?;
            let badge = (asked.method == "PUT").then(|| name.clone());
            Ok(Reading::plainly(to, Action::Badge { user: user(key), badge, of: vec![name] }))
        }
        ("DELETE", ["members", key]) => Ok(Reading::plainly(to, Action::Kick { user: user(key) })),
        ("PUT", ["bans", key]) => {
            let seconds = asked.body["delete_message_seconds"].as_i64().unwrap_or_default();
            if !(0..=604_800).contains(&seconds) {
                return Err(words::INVALID_FORM);
            }
            Ok(Reading::plainly(to, Action::Ban { user: user(key), purge_ms: seconds * 1_000 }))
        }
        ("DELETE", ["bans", key]) => {
            if !view.banned.contains(&user(key)) {
                return Err(words::UNKNOWN_BAN);
            }
            Ok(Reading::plainly(to, Action::Unban { user: user(key) }))
        }
        ("GET", ["threads", "active"]) => {
            let mut state = fake.state();
            let threads =
                view.threads.iter().filter_map(|one| show::channel(world, &mut state, &chat, Some(&one.key)));
            Ok(Reading::Done(json!({ "threads": threads.collect::<Vec<_>>(), "members": [] })))
        }
        ("GET", ["audit-logs"]) => Ok(Reading::Done(fake.audit_log(&chat))),
        _ => Err(words::NOT_FOUND),
    }
}

fn make_role(fake: &FakeDiscord, asked: &Asked, chat: &ChatKey) -> Judged {
    let name = asked.body["name"].as_str().unwrap_or_default().trim().to_owned();
    if name.is_empty() || name.chars().count() > 100 || asked.body["permissions"] != "0" {
        return Err(words::INVALID_FORM);
    }
    let mut state = fake.state();
    let id = ids::guild(chat) + FIRST_ROLE + state.roles.len() as u64;
    state.roles.insert(id, (chat.clone(), name.clone()));
    Ok(Reading::Done(show::role(id, &name)))
}

/// A nick, or a time-out of 28 days at most.
fn change_member(now_ms: i64, asked: &Asked, to: Address, user: UserKey) -> Judged {
    if let Some(nick) = asked.body.get("nick") {
        let nick = nick.as_str().filter(|nick| !nick.is_empty()).map(str::to_owned);
        return Ok(Reading::act(to, Action::Nick { user, nick }, |_, _| json!({})));
    }
    let Some(until) = asked.body.get("communication_disabled_until") else { return Err(words::INVALID_FORM) };
    let action = match until.as_str() {
        None => Action::Unmute { user, before: None },
        Some(until) => {
            let until_ms = show::read_moment(until).ok_or(words::INVALID_FORM)?;
            if until_ms > now_ms + 28 * 86_400_000 {
                return Err(words::INVALID_FORM);
            }
            Action::Mute { user, until_ms: Some(until_ms) }
        }
    };
    Ok(Reading::act(to, action, |_, _| json!({})))
}

async fn perform(
    fake: &FakeDiscord,
    to: Address,
    action: Action,
    then: Then,
    headers: Vec<(String, String)>,
) -> Answer {
    let world = fake.world();
    let (wait_ms, fault) = world.faults().strike_call(action.word(), to.chat.as_ref());
    if wait_ms > 0 {
        world.wait(wait_ms).await;
    }
    let note = |outcome: Outcome| world.note_call(&to, &action, &outcome);
    let lost = || Outcome::Unknown { why: "the connection timed out".to_owned() };
    match fault {
        None | Some(Fault::Slow { .. } | Fault::Duplicate) => {
            let (outcome, answer) = attempt(fake, &to, &action, then, headers);
            note(outcome);
            answer
        }
        Some(Fault::RetryAfter { wait_ms, scope }) => {
            note(Outcome::RetryAfter { wait_ms, scope });
            words::too_many(wait_ms, scope)
        }
        Some(Fault::Refuse { why: kind }) => {
            note(Outcome::Rejected(bot_core::chat::Rejection { kind, why: String::new() }));
            words::struck(&action, kind).into()
        }
        Some(Fault::ServerError) => {
            note(Outcome::NotDone { why: "500".to_owned() });
            Answer::Json(500, Vec::new(), json!({ "message": "500: Internal Server Error", "code": 0 }))
        }
        Some(Fault::Down) => {
            note(Outcome::NotDone { why: "503".to_owned() });
            Answer::Page(503)
        }
        Some(Fault::TimeoutBefore) => {
            note(lost());
            Answer::Close
        }
        Some(Fault::HangBefore) => {
            note(lost());
            Answer::Hang
        }
        Some(after @ (Fault::TimeoutAfter | Fault::HangAfter)) => {
            attempt(fake, &to, &action, then, headers);
            note(lost());
            if after == Fault::HangAfter { Answer::Hang } else { Answer::Close }
        }
    }
}

fn attempt(
    fake: &FakeDiscord,
    to: &Address,
    action: &Action,
    then: Then,
    headers: Vec<(String, String)>,
) -> (Outcome, Answer) {
    let outcome = fake.world().bot_does(to, action);
    let answer = match &outcome {
        Outcome::Sent(delivered) => done(then(fake, delivered), headers),
        Outcome::Rejected(rejection) => words::of(action, rejection),
        Outcome::RetryAfter { wait_ms, scope } => words::too_many(*wait_ms, *scope),
        Outcome::NotDone { why } | Outcome::Unknown { why } => {
            Answer::Json(500, Vec::new(), json!({ "message": why, "code": 0 }))
        }
    };
    (outcome, answer)
}
