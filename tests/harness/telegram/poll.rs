//! `getUpdates`: what the bot fetches, what that confirms, and who else is fetching.

use serde_json::{Value, json};

use super::FakeTelegram;
use super::answer::{Answer, Judged, refused};
use super::asked::Asked;

const WEBHOOK_IS_SET: &str = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
const OTHER_POLL: &str =
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";

/// How a poll goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollFault {
    /// 502 with a page.
    BadGateway,
    /// 500 as the server itself says it.
    ServerError,
    /// 429.
    RetryAfter(i64),
    /// Another program polls with the same token.
    Conflict,
    /// The answer is lost after the updates were read.
    AnswerLost,
}

/// The polls so far.
#[derive(Debug, Default)]
pub(super) struct Poll {
    /// How many have begun.
    pub(super) begun: u64,
    /// The last one failed, and no other has begun.
    pub(super) has_failed: bool,
}

/// What a poll finds at one moment.
enum Found {
    Answer(Answer),
    Nothing,
}

pub(super) async fn get_updates(fake: &FakeTelegram, asked: &Asked) -> Answer {
    let number = match begin(fake, asked) {
        Ok(number) => number,
        Err(refused) => {
            fake.state().poll.has_failed = true;
            fake.turn();
            return Err(refused).into();
        }
    };
    let until_ms = fake.world().now_ms() + asked.number("timeout").clamp(0, 50) * 1_000;
    let timeout = async {
        let wait_ms = until_ms - fake.world().now_ms();
        fake.world().wait(wait_ms).await;
    };
    tokio::pin!(timeout);
    loop {
        let mut turned = fake.0.frame.turns();
        fake.gather();
        if let Found::Answer(answer) = find(fake, asked, number) {
            fake.turn();
            return answer;
        }
        tokio::select! {
            // Fails only when the server is gone.
            _ = turned.changed() => {}
            () = &mut timeout, if !fake.world().faults().is_down() => return Ok(json!([])).into(),
        }
    }
}

fn begin(fake: &FakeTelegram, asked: &Asked) -> Judged<u64> {
    let mut state = fake.state();
    if state.webhook.is_some() {
        return Err(refused(409, WEBHOOK_IS_SET));
    }
    if let Some(kinds) = kinds(asked)? {
        state.allowed = Some(kinds);
    }
    let offset = asked.number("offset");
    if offset > 0 {
        state.confirm(offset);
    } else if offset < 0 {
        let kept = usize::try_from(-offset).unwrap_or(usize::MAX);
        let over = state.updates.len().saturating_sub(kept);
        state.updates.drain(..over);
    }
    state.poll.begun += 1;
    state.poll.has_failed = false;
    let number = state.poll.begun;
    drop(state);
    fake.turn();
    Ok(number)
}

/// The kinds of updates that a request asks for.
pub(super) fn kinds(asked: &Asked) -> Judged<Option<Vec<String>>> {
    let Some(Value::Array(kinds)) = asked.json("allowed_updates")? else { return Ok(None) };
    Ok(Some(kinds.iter().filter_map(|kind| kind.as_str().map(str::to_owned)).collect()))
}

fn find(fake: &FakeTelegram, asked: &Asked, number: u64) -> Found {
    let mut state = fake.state();
    if state.poll.begun != number {
        return Found::Answer(Err(refused(409, OTHER_POLL)).into());
    }
    if state.webhook.is_some() {
        return Found::Answer(Err(refused(409, "Conflict: terminated by setWebhook request")).into());
    }
    if fake.world().faults().is_down() || state.held {
        return Found::Nothing;
    }
    if let Some(fault) = state.poll_faults.pop_front() {
        state.poll.has_failed = true;
        return Found::Answer(struck(fault));
    }
    if state.updates.is_empty() {
        return Found::Nothing;
    }
    let limit = match asked.number("limit") {
        0 => 100,
        limit => usize::try_from(limit.clamp(1, 100)).unwrap_or(100),
    };
    let given: Vec<Value> = state.updates.iter().take(limit).map(|(_, update)| update.clone()).collect();
    state.given = given.iter().filter_map(|update| update["update_id"].as_i64()).max().unwrap_or(0);
    Found::Answer(Ok(Value::Array(given)).into())
}

fn struck(fault: PollFault) -> Answer {
    match fault {
        PollFault::BadGateway => Answer::Html(502),
        PollFault::ServerError => Err(refused(500, "Internal Server Error: restart")).into(),
        PollFault::RetryAfter(wait_ms) => Err(super::answer::too_many(wait_ms)).into(),
        PollFault::Conflict => Err(refused(409, OTHER_POLL)).into(),
        PollFault::AnswerLost => Answer::Close,
    }
}
