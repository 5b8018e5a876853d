//! One call of the bot: found by its method, struck by the world's faults, judged, and answered.

use bot_core::chat::{Action, Address, Delivered, Outcome};
use guildhall_sandbox::Fault;
use serde_json::Value;

use super::answer::{Answer, Judged, refused, too_many};
use super::asked::Asked;
use super::state::Called;
use super::{FakeTelegram, chats, files, members, poll, push, queries, send, topics, words};

/// What becomes of a call once the world has done its part.
pub(super) type Then = Box<dyn FnOnce(&FakeTelegram, &Delivered) -> Value + Send>;

/// Something that the bot does in the world.
pub(super) struct Act {
    pub(super) to: Address,
    pub(super) action: Action,
    pub(super) then: Then,
}

/// A call that was read.
pub(super) enum Reading {
    /// It asked for something, or changed nothing in the world.
    Done(Value),
    /// It is an act in the world.
    Act(Box<Act>),
}

impl Reading {
    pub(super) fn act(
        to: Address,
        action: Action,
        then: impl FnOnce(&FakeTelegram, &Delivered) -> Value + Send + 'static,
    ) -> Self {
        Self::Act(Box::new(Act { to, action, then: Box::new(then) }))
    }

    /// An act that is answered with `true`.
    pub(super) fn plainly(to: Address, action: Action) -> Self {
        Self::act(to, action, |_, _| Value::Bool(true))
    }
}

pub(super) async fn answer(fake: &FakeTelegram, asked: Asked) -> Answer {
    fake.state().calls.push(Called { method: asked.method.clone(), params: asked.all() });
    if asked.method == "getupdates" {
        return poll::get_updates(fake, &asked).await;
    }
    match read(fake, &asked) {
        Ok(Reading::Done(value)) => Ok(value).into(),
        Ok(Reading::Act(act)) => perform(fake, *act).await,
        Err(refused) => Err(refused).into(),
    }
}

fn read(fake: &FakeTelegram, asked: &Asked) -> Judged<Reading> {
    match asked.method.as_str() {
        "getme" => Ok(Reading::Done(queries::me(fake))),
        "setwebhook" => push::set(fake, asked).map(Reading::Done),
        "deletewebhook" => push::delete(fake, asked).map(Reading::Done),
        "getwebhookinfo" => Ok(Reading::Done(push::info(fake))),
        "setmycommands" | "deletemycommands" | "getmycommands" => {
            queries::commands(fake, asked).map(Reading::Done)
        }
        "getchat" => chats::get(fake, asked).map(Reading::Done),
        "getchatmember" => members::get(fake, asked).map(Reading::Done),
        "getchatadministrators" => members::admins(fake, asked).map(Reading::Done),
        "getchatmembercount" => members::count(fake, asked).map(Reading::Done),
        "getfile" => files::get(fake, asked),
        "sendmessage" | "sendphoto" | "senddocument" | "sendvideo" | "sendaudio" | "sendvoice"
        | "sendanimation" => send::one(fake, asked),
        "sendmediagroup" => send::album(fake, asked),
        "sendchataction" | "setmessagereaction" => {
            chats::address(fake, asked).map(|_| Reading::Done(Value::Bool(true)))
        }
        "editmessagetext" | "editmessagecaption" | "editmessagereplymarkup" => send::edit(fake, asked),
        "deletemessage" => send::delete(fake, asked),
        "deletemessages" => send::delete_many(fake, asked),
        "pinchatmessage" => send::pin(fake, asked, true),
        "unpinchatmessage" => send::pin(fake, asked, false),
        "restrictchatmember" => members::restrict(fake, asked),
        "setchatmembertag" => members::tag(fake, asked),
        "banchatmember" => members::ban(fake, asked),
        "unbanchatmember" => members::unban(fake, asked),
        "setchatpermissions" => members::set_all(fake, asked),
        "approvechatjoinrequest" => members::answer_join(fake, asked, true),
        "declinechatjoinrequest" => members::answer_join(fake, asked, false),
        "leavechat" => chats::leave(fake, asked).map(Reading::Done),
        "createforumtopic" => topics::create(fake, asked),
        "editforumtopic" => topics::edit(fake, asked),
        "closeforumtopic" => topics::set(fake, asked, false),
        "reopenforumtopic" => topics::set(fake, asked, true),
        "answercallbackquery" => queries::answer_press(fake, asked),
        _ => Err(refused(404, "Not Found: method not found")),
    }
}

async fn perform(fake: &FakeTelegram, act: Act) -> Answer {
    let world = fake.world();
    let key = act.to.chat.clone().or_else(|| act.to.peer.as_ref().map(|peer| peer.as_str().into()));
    let (wait_ms, fault) = world.faults().strike_call(act.action.word(), key.as_ref());
    if wait_ms > 0 {
        world.wait(wait_ms).await;
    }
    let (to, action) = (act.to.clone(), act.action.clone());
    let note = |outcome: Outcome| world.note_call(&to, &action, &outcome);
    let lost = || Outcome::Unknown { why: "the connection timed out".to_owned() };
    match fault {
        None | Some(Fault::Slow { .. } | Fault::Duplicate) => {
            let (outcome, answer) = attempt(fake, act);
            note(outcome);
            answer
        }
        Some(Fault::RetryAfter { wait_ms, scope }) => {
            note(Outcome::RetryAfter { wait_ms, scope });
            Err(too_many(wait_ms)).into()
        }
        Some(Fault::Refuse { why: kind }) => {
            let rejection = bot_core::chat::Rejection { kind, why: String::new() };
            note(Outcome::Rejected(rejection));
            Err(words::struck(&action, kind)).into()
        }
        Some(Fault::ServerError) => {
            note(Outcome::NotDone { why: "500".to_owned() });
            Err(refused(500, "Internal Server Error")).into()
        }
        Some(Fault::Down) => {
            note(Outcome::NotDone { why: "502".to_owned() });
            Answer::Html(502)
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
            attempt(fake, act);
            note(lost());
            if after == Fault::HangAfter { Answer::Hang } else { Answer::Close }
        }
    }
}

fn attempt(fake: &FakeTelegram, act: Act) -> (Outcome, Answer) {
    let outcome = match &act.action {
        // Of no chat, and judged when it was read.
        Action::Fetch { .. } => Outcome::Sent(Delivered::default()),
        action => fake.world().bot_does(&act.to, action),
    };
    let answer = match &outcome {
        Outcome::Sent(delivered) => Ok((act.then)(fake, delivered)),
        Outcome::Rejected(rejection) => words::of(&act.action, rejection),
        Outcome::RetryAfter { wait_ms, .. } => Err(too_many(*wait_ms)),
        Outcome::NotDone { why } | Outcome::Unknown { why } => {
            Err(refused(500, format!("Internal Server Error: {why}")))
        }
    };
    (outcome, answer.into())
}
