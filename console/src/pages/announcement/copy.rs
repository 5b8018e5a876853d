//! A copy in the ledger: where it went, what became of it, and what its readers did.

use std::collections::BTreeMap;

use bot_core::features::announcement::{reactions_in_words, variant_name};
use bot_core::features::delivery::{CopyState, Wait, reason};
use bot_core::store::delivery::StoredCopy;
use bot_core::store::reaction::{self, Sums};
use bot_core::store::{StoreError, Tx, acknowledge, click};
use bot_core::text;
use bot_core::texts::Text;
use bot_core::work::Work;

use super::clicked::opened;
use crate::frame::{Frame, Moment};
use crate::pages::list::lang_name;
use crate::pages::sight::account_name;

/// One row of the ledger.
pub(super) struct CopyRow {
    pub(super) recipient: String,
    pub(super) name: String,
    pub(super) account: String,
    pub(super) state: String,
    pub(super) class: &'static str,
    pub(super) why: String,
    pub(super) lang: String,
    /// Which text of a test it has.
    pub(super) variant: &'static str,
    /// Who has read it.
    pub(super) got: String,
    /// How a link in it was opened.
    pub(super) opened: String,
    /// What stands under it.
    pub(super) reacted: String,
    pub(super) at: Option<Moment>,
    pub(super) is_unknown: bool,
}

/// States of copies with their words and colours.
pub(super) const STATES: [(CopyState, &str, &str); 15] = [
    (CopyState::Planned, "console-copy-planned", ""),
    (CopyState::Queued, "console-copy-queued", ""),
    (CopyState::Sent, "console-copy-sent", "good"),
    (CopyState::Rejected, "console-copy-rejected", "bad"),
    (CopyState::Unknown, "console-copy-unknown", "warn"),
    (CopyState::Unreachable, "console-copy-unreachable", "warn"),
    (CopyState::Cancelled, "console-copy-cancelled", ""),
    (CopyState::EditPlanned, "console-copy-edit-planned", ""),
    (CopyState::Editing, "console-copy-editing", ""),
    (CopyState::Edited, "console-copy-edited", "good"),
    (CopyState::EditFailed, "console-copy-edit-failed", "bad"),
    (CopyState::RecallPlanned, "console-copy-recall-planned", ""),
    (CopyState::Recalling, "console-copy-recalling", ""),
    (CopyState::Recalled, "console-copy-recalled", ""),
    (CopyState::RecallFailed, "console-copy-recall-failed", "bad"),
];

/// The key of a state's words, and its colour.
pub(in crate::pages) fn state_words(state: CopyState) -> (&'static str, &'static str) {
    STATES.iter().find(|(of, ..)| *of == state).map_or(("", ""), |(_, key, class)| (key, class))
}

/// Why a copy did not arrive: in our words, and in the platform's.
pub(super) fn why(f: &Frame, copy: &StoredCopy) -> String {
    let ours = copy.reason.as_deref().map(|word| f.say(&reason(word)));
    [ours, copy.detail.clone()].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Who has read a copy: when, of a person; how many, of a group.
pub(super) fn got_it(f: &Frame, copy: &StoredCopy, got: Option<(i64, i64)>) -> String {
    match got {
        Some((_, at_ms)) if copy.user.is_some() => f.moment(at_ms).exact,
        Some((count, _)) => count.to_string(),
        None => String::new(),
    }
}

/// Until when a copy waits for its recipient's own time, or for the end of the test that is `tested`, if it does.
pub(super) fn until(
    f: &Frame,
    look: &Work,
    copy: &StoredCopy,
    (waits, tested): (&[Wait], bool),
) -> Option<String> {
    let zone = copy.zone.as_deref().unwrap_or_default();
    let of = |wait: &&Wait| wait.zone == zone && wait.tested == copy.variant.is_some();
    let wait = waits.iter().find(of).filter(|_| copy.state == CopyState::Planned)?;
    let why = wait.why(look.hall.texts.zone());
    Some(f.say(&if tested && copy.variant.is_none() { Text::new("console-test-waits") } else { why }))
}

/// What the text of a copy is called where texts are tested; empty where its recipient is in no test.
pub(super) fn variant_of(copy: &StoredCopy) -> &'static str {
    copy.variant.and_then(|n| usize::try_from(n).ok()).map_or("", variant_name)
}

/// What readers of some copies did, by recipient: how many pressed *Got it* and how often links were opened, each with when last, and
/// what stands under them.
pub(super) struct Readers {
    pub(super) got: BTreeMap<String, (i64, i64)>,
    pub(super) clicks: BTreeMap<String, (i64, i64)>,
    pub(super) reactions: BTreeMap<String, Sums>,
}

impl Readers {
    pub(super) async fn of(tx: &mut Tx, push: &str, copies: &[StoredCopy]) -> Result<Self, StoreError> {
        let whose: Vec<&str> = copies.iter().map(|copy| copy.recipient.as_str()).collect();
        Ok(Self {
            got: acknowledge::of_recipients(tx, push, &whose).await?,
            clicks: click::of_recipients(tx, push, &whose).await?,
            reactions: reaction::of_recipients(tx, push, &whose).await?,
        })
    }
}

/// What stands under a copy: a person's own emoji; of a group, of how many people.
pub(super) fn reacted(f: &Frame, copy: &StoredCopy, readers: &Readers) -> String {
    let sums = readers.reactions.get(&copy.recipient);
    let Some((sums, what)) = sums.and_then(|sums| Some((sums, reactions_in_words(sums)?))) else {
        return String::new();
    };
    match copy.user {
        Some(_) => f.say(&what),
        None => f.say(&text!("announcement-reactions", count = sums.people, what = what)),
    }
}

/// A copy with what its readers did.
pub(super) fn copy_row(f: &Frame, look: &Work, copy: StoredCopy, readers: &Readers) -> CopyRow {
    let of = |told: &BTreeMap<String, (i64, i64)>| told.get(&copy.recipient).copied();
    let (key, class) = state_words(copy.state);
    CopyRow {
        variant: variant_of(&copy),
        why: why(f, &copy),
        got: got_it(f, &copy, of(&readers.got)),
        opened: opened(f, &copy, of(&readers.clicks)),
        reacted: reacted(f, &copy, readers),
        name: copy.name,
        account: copy.account.map(|account| account_name(look, &account)).unwrap_or_default(),
        state: f.t(key),
        class,
        lang: f.say(&lang_name(copy.lang)),
        at: copy.sent_at_ms.map(|at_ms| f.moment(at_ms)),
        is_unknown: copy.state == CopyState::Unknown,
        recipient: copy.recipient,
    }
}
