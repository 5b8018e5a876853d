//! Calls: read, struck by faults, done in the world, and answered.

use bot_core::chat::{
    Action, Address, AttachmentKind, ChatKey, Content, Delivered, MarkKind, MessageKey, MessageRef, Outcome,
    RequestKey, UserKey,
};
use guildhall_sandbox::Fault;
use serde_json::{Value, json};

use super::answer::{Judged, Refused, failed, frame, timed_out};
use super::messages::number;
use super::params::Params;
use super::state::Called;
use super::{FakeOneBot, board, files, info, messages, words};

/// The longest mute, seconds.
const BAN_MAX_S: i64 = 30 * 86_400;

/// An act in the world.
struct Act {
    to: Address,
    action: Action,
    /// Whether it is answered with nothing about the message that it made.
    silent: bool,
}

impl Act {
    fn of(to: Address, action: Action) -> Self {
        Self { to, action, silent: false }
    }
}

/// Answers a call; `None` when no answer ever comes.
pub(super) async fn answer(fake: &FakeOneBot, asked: Value) -> Option<Value> {
    let echo = asked["echo"].clone();
    let named = asked["action"].as_str().unwrap_or_default();
    let is_async = named.ends_with("_async");
    let action = named.trim_end_matches("_async").trim_end_matches("_rate_limited").to_owned();
    let params = Params(asked["params"].clone());
    let at_ms = fake.world().now_ms();
    fake.state().calls.push(Called { action: action.clone(), params: params.0.clone(), at_ms });
    fake.turn();
    let scripted = fake.state().scripted.get_mut(&action).and_then(Vec::pop);
    if let Some(mut answer) = scripted {
        answer["echo"] = echo;
        return Some(answer);
    }
    if fake.state().disabled.contains(&action) {
        return Some(frame(Err(Refused { retcode: 1_404, why: format!("不支持的api {action}") }), echo));
    }
    if let Some(told) = board::answer(fake, &action, &params) {
        return Some(frame(told, echo));
    }
    if let Some(told) = files::answer(fake, &action, &params) {
        return Some(frame(told, echo));
    }
    if let Some(told) = info::answer(fake, &action, &params) {
        return Some(frame(told, echo));
    }
    let judged = match read(fake, &action, &params) {
        Ok(act) => perform(fake, act).await?,
        Err(refused) => Err(refused),
    };
    fake.gather();
    if is_async {
        return Some(json!({ "status": "async", "retcode": 1, "data": null, "echo": echo }));
    }
    Some(frame(judged, echo))
}

fn in_group(chat: ChatKey) -> Address {
    Address { chat: Some(chat), peer: None, via: None, thread: None }
}

fn read(fake: &FakeOneBot, action: &str, params: &Params) -> Judged<Act> {
    let user = || UserKey(params.int("user_id").to_string());
    let group = || info::group(fake, params).map(in_group);
    let act = |to: Address, action: Action| Ok(Act::of(to, action));
    match action {
        "send_group_msg" => send(fake, group()?, params),
        "send_private_msg" => send(fake, private(fake, params), params),
        "send_msg"
            if params.int("group_id") != 0 && params.text("message_type").as_deref() != Some("private") =>
        {
            send(fake, group()?, params)
        }
        "send_msg" => send(fake, private(fake, params), params),
        "upload_group_file" => upload(fake, group()?, params),
        "upload_private_file" => upload(fake, private(fake, params), params),
        "delete_msg" => {
            let (to, message) = message_of(fake, params)?;
            act(to, Action::Delete { messages: vec![message] })
        }
        "set_essence_msg" => {
            let (to, message) = message_of(fake, params)?;
            act(to, Action::Pin { message })
        }
        "delete_essence_msg" => {
            let (to, message) = message_of(fake, params)?;
            act(to, Action::Unpin { message })
        }
        "set_group_ban" => ban(fake, group()?, user(), params),
        "set_group_kick" if params.flag("reject_add_request") == Some(true) => {
            act(group()?, Action::Ban { user: user(), purge_ms: 0 })
        }
        "set_group_kick" => act(group()?, Action::Kick { user: user() }),
        "set_group_card" => {
            let nick = params.text("card").filter(|card| !card.is_empty());
            act(group()?, Action::Nick { user: user(), nick })
        }
        "set_group_special_title" => {
            let badge = params.text("special_title").filter(|title| !title.is_empty());
            // QQ has one title for each member, whoever gave it.
            let held = info::title_of(fake.world(), &info::group(fake, params)?, &user());
            act(group()?, Action::Badge { user: user(), badge, of: held.into_iter().collect() })
        }
        "set_group_whole_ban" if params.flag("enable") == Some(false) => {
            act(group()?, Action::Unlock { before: None })
        }
        "set_group_whole_ban" => act(group()?, Action::Lock),
        "set_group_add_request" => {
            let flag = params.text("flag").unwrap_or_default();
            let (chat, user) =
                fake.state().requests.get(&flag).cloned().ok_or_else(|| failed("请求不存在"))?;
            let let_in = params.flag("approve").unwrap_or(true);
            act(in_group(chat), Action::AnswerJoin { user, request: RequestKey(flag), let_in })
        }
        _ => Err(Refused { retcode: 1_404, why: format!("不支持的api {action}") }),
    }
}

/// A person, through a group where one is named.
fn private(fake: &FakeOneBot, params: &Params) -> Address {
    let user = UserKey(params.int("user_id").to_string());
    let via = (params.int("group_id") != 0).then(|| ChatKey(format!("g{}", params.int("group_id"))));
    let there = fake.world().chats(Some(&user)).into_iter().any(|chat| chat.key.as_str() == user.as_str());
    Address { chat: there.then(|| user.as_str().into()), peer: Some(user), via, thread: None }
}

fn send(fake: &FakeOneBot, to: Address, params: &Params) -> Judged<Act> {
    let content = messages::read(fake, &params.0["message"])?;
    let mentions_all = content.text.marks.iter().any(|mark| mark.kind == MarkKind::MentionAll);
    if mentions_all {
        let mut state = fake.state();
        let left = state.at_all_left.unwrap_or(10);
        if left <= 0 {
            return Err(failed("今日@全体成员次数已用完"));
        }
        state.at_all_left = Some(left - 1);
    }
    Ok(Act::of(to, Action::Send(content)))
}

/// A file that becomes a message of its own, of which the answer does not tell.
fn upload(fake: &FakeOneBot, to: Address, params: &Params) -> Judged<Act> {
    let of = |name: &str| params.text(name).unwrap_or_default();
    let file = files::taken(fake, &of("file"), &of("name"), AttachmentKind::File)?;
    let content = Content { attachments: vec![file], ..Content::default() };
    Ok(Act { silent: true, ..Act::of(to, Action::Send(content)) })
}

fn message_of(fake: &FakeOneBot, params: &Params) -> Judged<(Address, MessageRef)> {
    let key = MessageKey(params.text("message_id").unwrap_or_default());
    let chat = info::chat_of(fake, &key).ok_or_else(|| failed("消息不存在"))?;
    Ok((in_group(chat), MessageRef::Key(key)))
}

/// NapCat takes a missing duration for an end of the mute; the standard takes half an hour.
fn ban(fake: &FakeOneBot, to: Address, user: UserKey, params: &Params) -> Judged<Act> {
    if !params.has("duration") {
        return Ok(Act::of(to, Action::Unmute { user, before: None }));
    }
    let duration_s = params.int("duration");
    if !(0..=BAN_MAX_S).contains(&duration_s) {
        return Err(failed("禁言时长不合法"));
    }
    let action = match duration_s {
        0 => Action::Unmute { user, before: None },
        _ => Action::Mute { user, until_ms: Some(fake.world().now_ms() + duration_s * 1_000) },
    };
    Ok(Act::of(to, action))
}

async fn perform(fake: &FakeOneBot, act: Act) -> Option<Judged> {
    let world = fake.world();
    let key = act.to.chat.clone().or_else(|| act.to.peer.as_ref().map(|peer| peer.as_str().into()));
    let (wait_ms, fault) = world.faults().strike_call(act.action.word(), key.as_ref());
    if wait_ms > 0 {
        world.wait(wait_ms).await;
    }
    let note = |outcome: Outcome| world.note_call(&act.to, &act.action, &outcome);
    let lost = || Outcome::Unknown { why: "timed out".to_owned() };
    Some(match fault {
        None | Some(Fault::Slow { .. } | Fault::Duplicate) => {
            let (outcome, judged) = attempt(fake, &act);
            note(outcome);
            judged
        }
        Some(Fault::RetryAfter { wait_ms, scope }) => {
            note(Outcome::RetryAfter { wait_ms, scope });
            Err(failed("操作过于频繁，请稍后再试"))
        }
        Some(Fault::Refuse { why: kind }) => {
            note(Outcome::Rejected(bot_core::chat::Rejection { kind, why: String::new() }));
            Err(words::struck(&act.action, kind))
        }
        Some(Fault::ServerError) => {
            note(Outcome::NotDone { why: "offline".to_owned() });
            Err(failed("账号未登录或已离线"))
        }
        Some(Fault::Down) => {
            note(Outcome::NotDone { why: "down".to_owned() });
            fake.cut();
            return None;
        }
        Some(Fault::TimeoutBefore) => {
            note(lost());
            Err(timed_out())
        }
        Some(Fault::TimeoutAfter) => {
            let _ = attempt(fake, &act);
            note(lost());
            Err(timed_out())
        }
        Some(Fault::HangBefore) => {
            note(lost());
            return None;
        }
        Some(Fault::HangAfter) => {
            let _ = attempt(fake, &act);
            note(lost());
            return None;
        }
    })
}

fn attempt(fake: &FakeOneBot, act: &Act) -> (Outcome, Judged) {
    let outcome = fake.world().bot_does(&act.to, &act.action);
    let judged = match &outcome {
        Outcome::Sent(_) if act.silent => Ok(json!({ "file_id": null })),
        Outcome::Sent(delivered) => Ok(told(&act.action, delivered)),
        Outcome::Rejected(rejection) => words::of(&act.action, rejection),
        Outcome::RetryAfter { .. } => Err(failed("操作过于频繁，请稍后再试")),
        Outcome::NotDone { why } | Outcome::Unknown { why } => Err(failed(why.as_str())),
    };
    (outcome, judged)
}

fn told(action: &Action, delivered: &Delivered) -> Value {
    match (action, &delivered.message) {
        (Action::Send(_), Some(key)) => json!({ "message_id": number(key.as_str()) }),
        _ => Value::Null,
    }
}
