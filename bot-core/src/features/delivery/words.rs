//! Why a copy was not delivered, and what a platform loses of it, in words.

use crate::chat::{Feature as Can, Loss, LossKind, RejectionKind, Right};
use crate::text;
use crate::texts::Text;

/// The word stored for a refusal.
pub(super) fn word(kind: RejectionKind) -> &'static str {
    match kind {
        RejectionKind::NotStarted => "not_started",
        RejectionKind::Blocked => "blocked",
        RejectionKind::Deactivated => "deactivated",
        RejectionKind::Kicked => "kicked",
        RejectionKind::MissingRight => "missing_right",
        RejectionKind::NotFound => "not_found",
        RejectionKind::BadContent | RejectionKind::FileGone => "bad_content",
        RejectionKind::AlreadySo | RejectionKind::Withdrawn | RejectionKind::Other => "other",
    }
}

/// Why somebody was not reached, from the word that is stored.
pub fn reason(word: &str) -> Text {
    match word {
        "not_started" => Text::new("delivery-reason-not-started"),
        "blocked" => Text::new("delivery-reason-blocked"),
        "deactivated" => Text::new("delivery-reason-deactivated"),
        "kicked" => Text::new("delivery-reason-kicked"),
        "missing_right" => Text::new("delivery-reason-missing-right"),
        "not_found" => Text::new("delivery-reason-not-found"),
        "bad_content" => Text::new("delivery-reason-bad-content"),
        "untried" => Text::new("delivery-reason-untried"),
        "no_user" => Text::new("delivery-reason-no-user"),
        "opted_out" => Text::new("delivery-reason-opted-out"),
        "capped" => Text::new("delivery-reason-capped"),
        "idle" => Text::new("delivery-reason-idle"),
        "split" => Text::new("delivery-reason-split"),
        "no_key" => Text::new("delivery-reason-no-key"),
        "no_answer" => Text::new("delivery-reason-no-answer"),
        _ => Text::new("delivery-reason-other"),
    }
}

/// Why a platform refused something.
pub fn refusal(kind: RejectionKind) -> Text {
    reason(word(kind))
}

/// What a platform loses, as a sentence.
pub fn loss(loss: &Loss) -> Text {
    let what = what(loss.feature);
    match &loss.kind {
        LossKind::Split { parts } => text!("delivery-loss-split", parts = *parts),
        LossKind::Emulated { via } => text!("delivery-loss-emulated", what = what, via = via),
        LossKind::Dropped => text!("delivery-loss-dropped", what = what),
        LossKind::MissingRight { missing } => {
            text!("delivery-loss-right", what = what, right = right(*missing))
        }
    }
}

fn what(feature: Can) -> Text {
    match feature {
        Can::Marks => Text::new("delivery-what-marks"),
        Can::Attachments => Text::new("delivery-what-attachments"),
        Can::Buttons => Text::new("delivery-what-buttons"),
        Can::Pin => Text::new("delivery-what-pin"),
        Can::Reply => Text::new("delivery-what-reply"),
        Can::MentionAll => Text::new("delivery-what-mention-all"),
        Can::Text => Text::new("delivery-what-text"),
        _ => Text::new("delivery-what-other"),
    }
}

fn right(right: Right) -> Text {
    match right {
        Right::Write => Text::new("delivery-right-write"),
        Right::DeleteMessages => Text::new("delivery-right-delete"),
        Right::RestrictMembers => Text::new("delivery-right-restrict"),
        Right::PinMessages => Text::new("delivery-right-pin"),
        Right::ManageThreads => Text::new("delivery-right-threads"),
        Right::InviteMembers => Text::new("delivery-right-invite"),
        Right::ManageChat => Text::new("delivery-right-manage"),
        Right::ManageNicks => Text::new("delivery-right-nicks"),
        Right::ManageBadges => Text::new("delivery-right-badges"),
    }
}
