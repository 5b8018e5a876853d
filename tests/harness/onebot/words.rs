//! Refusals in the words of implementations.

use bot_core::chat::{Action, Rejection, RejectionKind as Kind};
use serde_json::Value;

use super::answer::{Judged, Refused, failed};

/// What is said where the world refuses; some of what the world calls refused, QQ calls done.
pub(super) fn of(action: &Action, rejection: &Rejection) -> Judged {
    match (rejection.kind, action) {
        (Kind::AlreadySo, _) => Ok(Value::Null),
        (kind, action) => Err(struck(action, kind)),
    }
}

/// A refusal of this sort.
pub(super) fn struck(action: &Action, kind: Kind) -> Refused {
    failed(match (kind, action) {
        (Kind::NotStarted, _) => "发送失败：对方不是好友，且群已关闭临时会话",
        (Kind::Blocked, _) => "发送失败：消息被对方拒收",
        (Kind::Deactivated, _) => "该账号已注销",
        (Kind::Kicked, _) => "机器人不在群内",
        (Kind::MissingRight, Action::Send(_)) => "发送失败：你已被禁言",
        (Kind::MissingRight, _) => "权限不足：需要管理员",
        (Kind::NotFound, Action::Delete { .. } | Action::Pin { .. } | Action::Unpin { .. }) => "消息不存在",
        (Kind::NotFound, Action::Send(_)) => "引用的消息不存在",
        (Kind::NotFound, _) => "群成员不存在",
        (Kind::BadContent, _) => "消息内容过长",
        (Kind::FileGone, _) => "文件不存在",
        (Kind::AlreadySo, _) => "已经是该状态",
        (Kind::Other | Kind::Withdrawn, _) => return Refused { retcode: 100, why: String::new() },
    })
}
