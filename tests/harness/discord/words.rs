//! Refusals by Discord's own codes and in its own words.

use bot_core::chat::{Action, Rejection, RejectionKind, RetryScope};
use serde_json::{Value, json};

use super::server::Answer;

/// A refusal: status, code, words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refused(pub(super) u16, pub(super) u32, pub(super) &'static str);

pub(super) const NOT_FOUND: Refused = Refused(404, 0, "404: Not Found");
pub(super) const UNKNOWN_CHANNEL: Refused = Refused(404, 10_003, "Unknown Channel");
pub(super) const UNKNOWN_GUILD: Refused = Refused(404, 10_004, "Unknown Guild");
pub(super) const UNKNOWN_MEMBER: Refused = Refused(404, 10_007, "Unknown Member");
pub(super) const UNKNOWN_MESSAGE: Refused = Refused(404, 10_008, "Unknown Message");
pub(super) const UNKNOWN_USER: Refused = Refused(404, 10_013, "Unknown User");
pub(super) const UNKNOWN_WEBHOOK: Refused = Refused(404, 10_015, "Unknown Webhook");
pub(super) const UNKNOWN_ROLE: Refused = Refused(404, 10_011, "Unknown Role");
pub(super) const UNKNOWN_BAN: Refused = Refused(404, 10_026, "Unknown Ban");
pub(super) const UNKNOWN_INTERACTION: Refused = Refused(404, 10_062, "Unknown interaction");
pub(super) const ANSWERED_BEFORE: Refused =
    Refused(400, 40_060, "Interaction has already been acknowledged.");
pub(super) const MISSING_ACCESS: Refused = Refused(403, 50_001, "Missing Access");
pub(super) const NOT_OWN: Refused = Refused(403, 50_005, "Cannot edit a message authored by another user");
pub(super) const EMPTY: Refused = Refused(400, 50_006, "Cannot send an empty message");
pub(super) const NO_DIRECT: Refused = Refused(403, 50_007, "Cannot send messages to this user");
pub(super) const NO_TEXT_CHANNEL: Refused =
    Refused(400, 50_008, "Cannot send messages in a non-text channel");
pub(super) const MISSING_PERMISSIONS: Refused = Refused(403, 50_013, "Missing Permissions");
pub(super) const TOO_OLD: Refused = Refused(400, 50_034, "A message provided was too old to bulk delete");
pub(super) const INVALID_FORM: Refused = Refused(400, 50_035, "Invalid Form Body");
pub(super) const ARCHIVED: Refused = Refused(400, 50_083, "Thread is archived");
pub(super) const TOO_LARGE: Refused = Refused(413, 40_005, "Request entity too large");

impl From<Refused> for Answer {
    fn from(Refused(status, code, words): Refused) -> Self {
        Self::Json(status, Vec::new(), json!({ "message": words, "code": code }))
    }
}

/// What the server says where the world refuses; some of what the world calls refused, the server calls done.
pub(super) fn of(action: &Action, rejection: &Rejection) -> Answer {
    use RejectionKind as Kind;
    let why = rejection.why.as_str();
    match (rejection.kind, action) {
        (Kind::AlreadySo, Action::AnswerPress { .. } | Action::ShowForm { .. }) => ANSWERED_BEFORE.into(),
        (Kind::Other, Action::ShowForm { .. }) => ANSWERED_BEFORE.into(),
        (Kind::AlreadySo, Action::Delete { .. }) => UNKNOWN_MESSAGE.into(),
        (Kind::AlreadySo, Action::Mute { .. }) => INVALID_FORM.into(),
        // Done already is done.
        (Kind::AlreadySo, _) => Answer::Json(200, Vec::new(), Value::Object(Default::default())),
        (Kind::NotFound, Action::Mute { .. } | Action::Unmute { .. } | Action::Kick { .. }) => {
            UNKNOWN_MEMBER.into()
        }
        (Kind::NotFound, Action::Ban { .. } | Action::Unban { .. }) => UNKNOWN_USER.into(),
        (Kind::NotFound, Action::Send(_)) if why.contains("thread") => UNKNOWN_CHANNEL.into(),
        (Kind::Other, Action::Mute { .. } | Action::Kick { .. } | Action::Ban { .. }) => {
            MISSING_PERMISSIONS.into()
        }
        (Kind::Other, Action::Send(_)) if why == "the thread is closed" => ARCHIVED.into(),
        (Kind::Other, Action::Edit { .. }) => NOT_OWN.into(),
        (Kind::BadContent, _) if why.contains("empty") => EMPTY.into(),
        (kind, action) => struck(action, kind).into(),
    }
}

/// A refusal of this sort.
pub(super) fn struck(action: &Action, kind: RejectionKind) -> Refused {
    match kind {
        RejectionKind::NotStarted | RejectionKind::Blocked => NO_DIRECT,
        RejectionKind::Deactivated => UNKNOWN_USER,
        RejectionKind::Kicked => MISSING_ACCESS,
        RejectionKind::MissingRight => MISSING_PERMISSIONS,
        RejectionKind::NotFound => match action {
            Action::AnswerPress { .. } | Action::ShowForm { .. } => UNKNOWN_INTERACTION,
            Action::Send(_) | Action::OpenThread { .. } => UNKNOWN_CHANNEL,
            _ => UNKNOWN_MESSAGE,
        },
        RejectionKind::BadContent | RejectionKind::FileGone => INVALID_FORM,
        RejectionKind::AlreadySo => ANSWERED_BEFORE,
        RejectionKind::Other | RejectionKind::Withdrawn => {
            Refused(400, 50_024, "Cannot execute action on this channel type")
        }
    }
}

/// Too many calls, in a channel or in all.
pub(super) fn too_many(wait_ms: i64, scope: RetryScope) -> Answer {
    #[expect(clippy::cast_precision_loss, reason = "some seconds")]
    let seconds = wait_ms as f64 / 1_000.0;
    let global = scope == RetryScope::Account;
    let mut headers = vec![
        ("retry-after".to_owned(), format!("{}", seconds.ceil())),
        ("x-ratelimit-scope".to_owned(), if global { "global" } else { "user" }.to_owned()),
    ];
    if global {
        headers.push(("x-ratelimit-global".to_owned(), "true".to_owned()));
    }
    let body = json!({ "message": "You are being rate limited.", "retry_after": seconds, "global": global });
    Answer::Json(429, headers, body)
}
