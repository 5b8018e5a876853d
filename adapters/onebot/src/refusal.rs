//! What refusals mean. OneBot has few codes, and implementations mostly give one for everything: the words tell more.
//! This is the list of those words (NapCat 4.8, Lagrange, go-cqhttp; read 2026-11-21).

use bot_core::chat::{Action, RejectionKind as Kind};

use crate::wire::Answer;

/// What an answer that is no success means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// It may have been done all the same.
    Unknown,
    /// The implementation could not do it now, and may later.
    NotDone,
    /// It came too soon after others.
    TooFast,
    /// It was refused.
    Refused(Kind),
}

/// Words, in lower case, of answers that tell nothing about whether it was done.
const LOST: &[&str] =
    &["timeout", "timed out", "time out", "超时", "eventchecker", "ntevent", "network error", "网络错误"];

/// Words of answers that say that the account itself is away, so that nothing was done.
const AWAY: &[&str] = &["未登录", "已离线", "not logged in", "bot offline", "account offline"];
/// Words of refusals for speed.
const TOO_FAST: &[&str] = &["频繁", "too frequent", "rate limit", "too fast"];

/// Words of refusals in lower case, and what they mean. The first that stands in the refusal counts.
const WORDS: &[(&str, Kind)] = &[
    ("not friend", Kind::NotStarted),
    ("不是好友", Kind::NotStarted),
    ("非好友", Kind::NotStarted),
    ("临时会话", Kind::NotStarted),
    ("temporary session", Kind::NotStarted),
    ("拉黑", Kind::Blocked),
    ("拒收", Kind::Blocked),
    ("blocked", Kind::Blocked),
    ("注销", Kind::Deactivated),
    ("deactivated", Kind::Deactivated),
    ("not in the group", Kind::Kicked),
    ("not in group", Kind::Kicked),
    ("不在群", Kind::Kicked),
    ("被移出", Kind::Kicked),
    ("群不存在", Kind::Kicked),
    ("group not found", Kind::Kicked),
    ("禁言", Kind::MissingRight),
    ("muted", Kind::MissingRight),
    ("权限", Kind::MissingRight),
    ("permission", Kind::MissingRight),
    ("管理员", Kind::MissingRight),
    ("not admin", Kind::MissingRight),
    ("cannot_ban", Kind::MissingRight),
    ("已经是", Kind::AlreadySo),
    ("already", Kind::AlreadySo),
    ("不存在", Kind::NotFound),
    ("not found", Kind::NotFound),
    ("not exist", Kind::NotFound),
    ("找不到", Kind::NotFound),
    ("已过期", Kind::NotFound),
    ("过长", Kind::BadContent),
    ("too long", Kind::BadContent),
    ("敏感", Kind::BadContent),
    ("文件大小", Kind::BadContent),
    ("空消息", Kind::BadContent),
    ("empty", Kind::BadContent),
];

/// What an answer means for what was asked. `None` when it was done.
pub(crate) fn meaning(answer: &Answer, action: &Action) -> Option<Meaning> {
    if answer.status == "async" || answer.retcode == 1 {
        return Some(Meaning::Unknown);
    }
    if answer.retcode == 0 && answer.status != "failed" {
        return None;
    }
    let words = answer.why.to_lowercase();
    if LOST.iter().any(|part| words.contains(part)) {
        return Some(Meaning::Unknown);
    }
    if TOO_FAST.iter().any(|part| words.contains(part)) {
        return Some(Meaning::TooFast);
    }
    if matches!(answer.retcode, 1_401 | 1_403) || AWAY.iter().any(|part| words.contains(part)) {
        return Some(Meaning::NotDone);
    }
    let kind = WORDS.iter().find(|(part, _)| words.contains(part)).map(|(_, kind)| *kind);
    Some(match (kind, action) {
        // Message ids are forgotten by the implementation: nobody knows whether the message is gone.
        (None, Action::Delete { .. }) => Meaning::Refused(Kind::NotFound),
        (Some(kind), _) => Meaning::Refused(kind),
        // NapCat's one code for all that went wrong, time-outs included.
        (None, Action::Send(_) | Action::Post(_)) if answer.retcode == 1_200 => Meaning::Unknown,
        (None, _) if matches!(answer.retcode, 1_400 | 1_404) => Meaning::Refused(Kind::BadContent),
        (None, _) => Meaning::Refused(Kind::Other),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use bot_core::chat::Content;

    fn of(status: &str, retcode: i64, why: &str, action: &Action) -> Option<Meaning> {
        let answer = Answer { status: status.into(), retcode, why: why.into(), ..Answer::default() };
        meaning(&answer, action)
    }

    #[test]
    fn codes_and_words_are_understood() {
        let send = Action::Send(Content::default());
        let mute = Action::Mute { user: "7".into(), until_ms: None };
        let delete = Action::Delete { messages: Vec::new() };
        let refused = |kind| Some(Meaning::Refused(kind));
        assert_eq!(of("ok", 0, "", &send), None);
        assert_eq!(of("async", 1, "", &send), Some(Meaning::Unknown));
        for (code, words, action, expected) in [
            (1_200, "Error: Timeout: NTEvent serviceAndMethod", &send, Some(Meaning::Unknown)),
            (1_200, "", &send, Some(Meaning::Unknown)),
            (1_200, "消息发送超时", &send, Some(Meaning::Unknown)),
            (1_200, "超时", &mute, Some(Meaning::Unknown)),
            (1_200, "群成员不存在", &mute, refused(Kind::NotFound)),
            (102, "权限不足", &mute, refused(Kind::MissingRight)),
            (100, "", &send, refused(Kind::Other)),
            (100, "bot is muted", &send, refused(Kind::MissingRight)),
            (1_200, "操作过于频繁", &send, Some(Meaning::TooFast)),
            (1_200, "账号未登录", &send, Some(Meaning::NotDone)),
            (1_200, "不是好友", &send, refused(Kind::NotStarted)),
            (1_200, "recall failed", &delete, refused(Kind::NotFound)),
            (1_404, "不支持的api", &send, refused(Kind::BadContent)),
            (1_403, "token verify failed", &send, Some(Meaning::NotDone)),
        ] {
            assert_eq!(of("failed", code, words, action), expected, "{code} {words}");
        }
    }
}
