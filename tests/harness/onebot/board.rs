//! The boards of groups: notices that admins put there and take down.

use guildhall_sandbox::Fault;
use serde_json::{Value, json};

use super::answer::{Judged, failed, timed_out};
use super::params::Params;
use super::{FakeOneBot, info};

/// Longest notice, characters.
const NOTICE_MAX: usize = 600;

/// Answers what is asked of a board; `None` when it is about something else.
pub(super) fn answer(fake: &FakeOneBot, action: &str, params: &Params) -> Option<Judged> {
    let group = params.int("group_id");
    Some(match action {
        "_send_group_notice" => post(fake, params),
        "_get_group_notice" => info::group(fake, params).map(|_| board(fake, group)),
        "_del_group_notice" => info::group(fake, params).and_then(|_| {
            let key = params.text("notice_id").unwrap_or_default();
            let mut state = fake.state();
            let before = state.notices.len();
            state.notices.retain(|(at, notice, ..)| *at != group || *notice != key);
            if state.notices.len() < before { Ok(Value::Null) } else { Err(failed("公告不存在")) }
        }),
        _ => return None,
    })
}

/// Posts a notice. The answer does not say what it is called.
fn post(fake: &FakeOneBot, params: &Params) -> Judged {
    let chat = info::group(fake, params)?;
    if info::role(fake, &chat, &fake.world().bot().key) == "member" {
        return Err(failed("权限不足：需要管理员"));
    }
    let words = params.text("content").unwrap_or_default();
    if words.is_empty() || words.chars().count() > NOTICE_MAX {
        return Err(failed("公告内容过长"));
    }
    let (_, fault) = fake.world().faults().strike_call("post", Some(&chat));
    if fault == Some(Fault::TimeoutBefore) {
        return Err(timed_out());
    }
    let at_ms = fake.world().now_ms();
    let mut state = fake.state();
    let key = format!("0a1b-{}", state.notices.len() + 1);
    state.notices.push((params.int("group_id"), key, words, at_ms));
    drop(state);
    if fault == Some(Fault::TimeoutAfter) { Err(timed_out()) } else { Ok(Value::Null) }
}

/// As NapCat tells of notices: characters that mean something in a page are written out.
fn board(fake: &FakeOneBot, group: i64) -> Value {
    let own = fake.self_id();
    let state = fake.state();
    let of_group = state.notices.iter().filter(|(at, ..)| *at == group);
    of_group
        .map(|(_, key, words, at_ms)| {
            let text = words.replace('&', "&amp;").replace('<', "&lt;").replace('\n', "\r\n");
            json!({ "notice_id": key, "sender_id": own, "publish_time": at_ms / 1_000,
                "message": { "text": text, "image": [] } })
        })
        .collect()
}
