//! What the sandbox refuses, in the reader's words.

use bot_core::text;
use bot_core::texts::Text;
use guildhall_sandbox::{Misfit, Refusal};

use crate::frame::Frame;

/// One sentence for the one who tried.
pub(super) fn in_words(f: &Frame, refusal: &Refusal) -> Text {
    match refusal {
        Refusal::NoUser(_) => text!("sandbox-refused-no-user"),
        Refusal::NoChat(_) | Refusal::Moved(_) => text!("sandbox-refused-no-chat"),
        Refusal::NoMessage(_) => text!("sandbox-refused-no-message"),
        Refusal::NoThread(_) => text!("sandbox-refused-no-thread"),
        Refusal::NoButton => text!("sandbox-refused-no-button"),
        Refusal::NoForm => text!("sandbox-refused-no-form"),
        Refusal::Taken(what) => text!("sandbox-refused-taken", what = what),
        Refusal::NotMember => text!("sandbox-refused-not-member"),
        Refusal::AlreadyMember => text!("sandbox-refused-already-member"),
        Refusal::Banned => text!("sandbox-refused-banned"),
        Refusal::Muted { until_ms: Some(until_ms) } => {
            text!("sandbox-refused-muted-until", until = f.moment(*until_ms).exact)
        }
        Refusal::Muted { until_ms: None } => text!("sandbox-refused-muted"),
        Refusal::Locked => text!("sandbox-refused-locked"),
        Refusal::TooSoon { wait_ms } => text!("sandbox-refused-too-soon", span = f.span(*wait_ms)),
        Refusal::MustAsk => text!("sandbox-refused-must-ask"),
        Refusal::DirectNotOpen => text!("sandbox-refused-direct-not-open"),
        Refusal::Deactivated => text!("sandbox-refused-deactivated"),
        Refusal::ThreadClosed => text!("sandbox-refused-thread-closed"),
        Refusal::NotAuthor => text!("sandbox-refused-not-author"),
        Refusal::NotAdmin => text!("sandbox-refused-not-admin"),
        Refusal::NotGroup => text!("sandbox-refused-not-group"),
        Refusal::TooLong { len, max } => text!("sandbox-refused-too-long", len = *len, max = *max),
        Refusal::TooBig { .. } => text!("sandbox-refused-too-big"),
        Refusal::TooManyFiles(max) => text!("sandbox-refused-too-many-files", max = *max),
        Refusal::NoFile(_) => text!("sandbox-refused-no-file"),
        Refusal::Empty => text!("sandbox-refused-empty"),
        Refusal::Unchanged => text!("sandbox-refused-unchanged"),
        Refusal::BadAnswer { field, why } => {
            text!("sandbox-refused-answer", field = field, why = misfit(why))
        }
        Refusal::NotStored(why) => text!("sandbox-refused-not-stored", why = why),
        // Not to be had from this page, so not worth words of their own.
        other => text!("sandbox-refused-other", why = other.to_string()),
    }
}

/// What is wrong with an answer.
fn misfit(why: &Misfit) -> Text {
    match why {
        Misfit::Missing => text!("sandbox-misfit-missing"),
        Misfit::TooLong { max } => text!("sandbox-misfit-too-long", max = *max),
        Misfit::OneLine => text!("sandbox-misfit-one-line"),
        Misfit::NotAChoice => text!("sandbox-misfit-no-choice"),
        Misfit::NoSuchField => text!("sandbox-misfit-no-field"),
        Misfit::Title { max } => text!("sandbox-misfit-title", max = *max),
        // Links into private chats are made by the program, not typed.
        Misfit::Payload => text!("sandbox-misfit-payload"),
    }
}
