//! Refusals in the Bot API's own words.

use bot_core::chat::{Action, Rejection, RejectionKind};
use serde_json::Value;

use super::answer::{Judged, Refused, bad, refused};

const NOT_MODIFIED: &str = "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message";
const TOO_OLD: &str = "query is too old and response timeout expired or query ID is invalid";

/// What the server says where the world refuses; some of what the world calls refused, the server calls done.
pub(super) fn of(action: &Action, rejection: &Rejection) -> Judged {
    use RejectionKind as Kind;
    let why = rejection.why.as_str();
    Err(match (rejection.kind, action) {
        (Kind::NotFound, Action::AnswerPress { .. }) | (Kind::AlreadySo, Action::AnswerPress { .. }) => {
            bad(TOO_OLD)
        }
        (Kind::AlreadySo, Action::Edit { .. }) => bad(NOT_MODIFIED),
        (
            Kind::AlreadySo,
            Action::RenameThread { .. } | Action::CloseThread { .. } | Action::ReopenThread { .. },
        ) => bad("TOPIC_NOT_MODIFIED"),
        (Kind::AlreadySo, Action::Lock | Action::Unlock { .. }) => bad("CHAT_NOT_MODIFIED"),
        (Kind::AlreadySo, Action::AnswerJoin { .. }) => bad("USER_ALREADY_PARTICIPANT"),
        (Kind::NotFound, Action::AnswerJoin { .. }) => bad("HIDE_REQUESTER_MISSING"),
        // Done already is done: a pin, a ban and its lifting, an end of restrictions.
        (Kind::AlreadySo, Action::Mute { .. }) => bad("until_date has passed"),
        (Kind::AlreadySo, _) => return Ok(Value::Bool(true)),
        (Kind::NotFound, Action::Mute { .. }) if why.contains("not a member") => bad("USER_NOT_PARTICIPANT"),
        (Kind::NotFound, Action::Mute { .. } | Action::Kick { .. } | Action::Ban { .. }) => {
            bad("PARTICIPANT_ID_INVALID")
        }
        (Kind::Other, Action::Mute { .. } | Action::Kick { .. } | Action::Ban { .. }) => bad(match why {
            "can't restrict self" => "can't restrict self",
            "can't restrict the owner of the chat" => "can't remove chat owner",
            _ => "user is an administrator of the chat",
        }),
        (Kind::Other, Action::Edit { .. }) => bad("message can't be edited"),
        (Kind::Other, Action::Delete { .. }) => bad("message can't be deleted for everyone"),
        (Kind::Other, Action::Send(_)) if why == "the thread is closed" => bad("TOPIC_CLOSED"),
        (Kind::BadContent, _) => bad(content(why)),
        (kind, action) => struck(action, kind),
    })
}

fn content(why: &str) -> &'static str {
    match why {
        _ if why.starts_with("message is too long") => "message is too long",
        _ if why.starts_with("message text is empty") => "message text is empty",
        _ if why.starts_with("too many attachments") => "wrong number of items specified",
        _ if why.starts_with("file ") => "file is too big",
        _ if why.starts_with("a button") || why.starts_with("a payload") => "BUTTON_DATA_INVALID",
        _ if why.starts_with("wrong link") => "BUTTON_URL_INVALID",
        _ => "ENTITY_BOUNDS_INVALID",
    }
}

/// A refusal of this sort.
pub(super) fn struck(action: &Action, kind: RejectionKind) -> Refused {
    match kind {
        RejectionKind::NotStarted => refused(403, "Forbidden: bot can't initiate conversation with a user"),
        RejectionKind::Blocked => refused(403, "Forbidden: bot was blocked by the user"),
        RejectionKind::Deactivated => refused(403, "Forbidden: user is deactivated"),
        RejectionKind::Kicked => refused(403, "Forbidden: bot was kicked from the supergroup chat"),
        RejectionKind::MissingRight => right(action),
        RejectionKind::NotFound => bad(missing(action)),
        RejectionKind::BadContent => bad("message is too long"),
        RejectionKind::FileGone => bad("wrong file identifier/HTTP URL specified"),
        RejectionKind::AlreadySo => bad(NOT_MODIFIED),
        RejectionKind::Other | RejectionKind::Withdrawn => bad("CHAT_RESTRICTED"),
    }
}

fn right(action: &Action) -> Refused {
    bad(match action {
        Action::Delete { .. } => "message can't be deleted",
        Action::Pin { .. } | Action::Unpin { .. } => {
            "not enough rights to manage pinned messages in the chat"
        }
        Action::Lock | Action::Unlock { .. } => "not enough rights to change chat permissions",
        Action::AnswerJoin { .. } => "CHAT_ADMIN_REQUIRED",
        Action::Mute { .. }
        | Action::Unmute { .. }
        | Action::Kick { .. }
        | Action::Ban { .. }
        | Action::Unban { .. } => "not enough rights to restrict/unrestrict chat member",
        Action::OpenThread { .. } => "not enough rights to create a topic",
        Action::RenameThread { .. } | Action::CloseThread { .. } | Action::ReopenThread { .. } => {
            "not enough rights to manage topics"
        }
        Action::Send(content) if !content.attachments.is_empty() => {
            "not enough rights to send documents to the chat"
        }
        _ => "not enough rights to send text messages to the chat",
    })
}

fn missing(action: &Action) -> &'static str {
    match action {
        Action::Send(_) => "message thread not found",
        Action::Edit { .. } => "message to edit not found",
        Action::Delete { .. } => "message to delete not found",
        Action::Pin { .. } => "message to pin not found",
        Action::Unpin { .. } => "message to unpin not found",
        Action::RenameThread { .. } | Action::CloseThread { .. } | Action::ReopenThread { .. } => {
            "TOPIC_ID_INVALID"
        }
        _ => "chat not found",
    }
}
