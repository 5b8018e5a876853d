//! Pushing one text to many: an audience frozen at one moment, then sent, edited and taken back in steps.
//!
//! A push is named by what it belongs to (`A-3`, `E-5`), and each recipient has one row of it. The row of a
//! recipient points at the outbox row that is on its way, so that late news of an older one changes nothing.

mod counts;
mod forecast;
mod hold;
mod hours;
mod kept;
mod letter;
mod preview;
mod shown;
mod step;
mod words;

use std::collections::BTreeMap;

use crate::chat::{Delivered, MessageKey, RejectionKind};
use crate::courier::End;
use crate::error::Result;
use crate::feature::Receipt;
use crate::features::segment::{Audience, Ways};
use crate::ids::ChatId;
use crate::store::delivery::Settled;
use crate::store::{StoreError, delivery};
use crate::work::Work;

pub use counts::Counts;
pub use forecast::{Calls, Forecast, Limit, Speed, forecast};
pub use hold::{Hold, hold, release, withdraw};
pub use hours::{
    Hours, Quiet, Turned, Wait, keep_hours, look_at_hours, moment, moment_in, turn, wait_lines, waits,
    zones_of,
};
pub(crate) use kept::Kept;
pub use letter::{Letter, TOKEN_CHARS, Values, links, longest, tokens, values};
pub use preview::{AccountPreview, Preview, preview, recipients, time_left};
pub use shown::{PinAs, Shown, shown_at};
pub use step::step;
pub use words::{loss, reason, refusal};

/// How many recipients are dealt with in one commit, so that other work is not held up.
pub const STEP: i64 = 250;

/// How far a copy has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CopyState {
    /// It is to be sent.
    Planned,
    /// It is on its way.
    Queued,
    /// The platform confirmed it.
    Sent,
    /// The platform refused it.
    Rejected,
    /// It went out and no answer came.
    Unknown,
    /// It cannot be sent: nobody tried.
    Unreachable,
    /// It was stopped before it was sent.
    Cancelled,
    /// It is to be edited.
    EditPlanned,
    /// Its edit is on its way.
    Editing,
    /// The platform confirmed the edit.
    Edited,
    /// The edit was refused; the copy shows the old text.
    EditFailed,
    /// It is to be taken back.
    RecallPlanned,
    /// Its deletion is on its way.
    Recalling,
    /// The platform confirmed that it is gone.
    Recalled,
    /// The deletion was refused; the copy stands.
    RecallFailed,
}

/// What is done to copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// They are sent.
    Send,
    /// They get a new text.
    Edit,
    /// They are taken back.
    Recall,
}

/// News of a copy that was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The recipient.
    pub recipient: String,
    /// What was done.
    pub phase: Phase,
    /// How far the copy has come by it.
    pub state: CopyState,
    /// Where it is.
    pub chat: ChatId,
    /// The first message of the copy, when it was just sent.
    pub message: Option<MessageKey>,
}

impl CopyState {
    const ALL: [Self; 15] = [
        Self::Planned,
        Self::Queued,
        Self::Sent,
        Self::Rejected,
        Self::Unknown,
        Self::Unreachable,
        Self::Cancelled,
        Self::EditPlanned,
        Self::Editing,
        Self::Edited,
        Self::EditFailed,
        Self::RecallPlanned,
        Self::Recalling,
        Self::Recalled,
        Self::RecallFailed,
    ];
    /// States in which the platform shows a copy and nothing is under way.
    pub const STANDING: [Self; 4] = [Self::Sent, Self::Edited, Self::EditFailed, Self::RecallFailed];

    /// Whether the platform shows a copy, whatever is under way.
    pub fn shows(self) -> bool {
        use CopyState as S;
        matches!(self, S::EditPlanned | S::Editing | S::RecallPlanned | S::Recalling)
            || Self::STANDING.contains(&self)
    }

    /// The word stored and shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Rejected => "rejected",
            Self::Unknown => "unknown",
            Self::Unreachable => "unreachable",
            Self::Cancelled => "cancelled",
            Self::EditPlanned => "edit_planned",
            Self::Editing => "editing",
            Self::Edited => "edited",
            Self::EditFailed => "edit_failed",
            Self::RecallPlanned => "recall_planned",
            Self::Recalling => "recalling",
            Self::Recalled => "recalled",
            Self::RecallFailed => "recall_failed",
        }
    }

    /// The state of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

impl Phase {
    const ALL: [Self; 3] = [Self::Send, Self::Edit, Self::Recall];

    /// The word in the origin of its actions.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Send => "copy",
            Self::Edit => "edit",
            Self::Recall => "recall",
        }
    }

    fn of_kind(kind: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.kind() == kind)
    }

    fn planned(self) -> CopyState {
        match self {
            Self::Send => CopyState::Planned,
            Self::Edit => CopyState::EditPlanned,
            Self::Recall => CopyState::RecallPlanned,
        }
    }

    fn under_way(self) -> CopyState {
        match self {
            Self::Send => CopyState::Queued,
            Self::Edit => CopyState::Editing,
            Self::Recall => CopyState::Recalling,
        }
    }

    /// What becomes of a copy when its action ends so.
    fn ended(self, end: &End) -> CopyState {
        match (self, end) {
            (Self::Send, End::Sent(_)) => CopyState::Sent,
            (Self::Send, End::Rejected(_)) => CopyState::Rejected,
            (Self::Send, End::Unknown { .. }) => CopyState::Unknown,
            (Self::Edit, End::Sent(_)) => CopyState::Edited,
            (Self::Edit, _) => CopyState::EditFailed,
            (Self::Recall, End::Sent(_)) => CopyState::Recalled,
            // Somebody else deleted it: gone is gone.
            (Self::Recall, End::Rejected(refused)) if refused.kind == RejectionKind::NotFound => {
                CopyState::Recalled
            }
            (Self::Recall, _) => CopyState::RecallFailed,
        }
    }
}

/// Freezes an audience: plans one copy for each recipient as of now, with one statement. Gives how many
/// recipients there are, those who cannot be written to included.
///
/// # Errors
/// When the database fails.
pub async fn freeze(work: &mut Work, push: &str, audience: &Audience) -> Result<u64, StoreError> {
    let ways = Ways::of(&work.hall, audience);
    delivery::freeze(work.tx().await?, push, &ways.filter(audience)).await
}

/// Plans a phase for all copies that it can be done to. Gives how many.
///
/// # Errors
/// When the database fails.
pub async fn plan_all(work: &mut Work, push: &str, phase: Phase) -> Result<u64, StoreError> {
    let from: &[CopyState] = match phase {
        Phase::Send => &[CopyState::Rejected],
        Phase::Edit | Phase::Recall => &CopyState::STANDING,
    };
    let mut planned = 0;
    for state in from {
        planned += delivery::move_all(work.tx().await?, push, *state, phase.planned()).await?;
    }
    Ok(planned)
}

/// Takes in what became of actions that [`step`] put into the outbox for a push, with one statement; `version` is the
/// text's, now. Left out is news of something else, and of copies that have moved on.
///
/// # Errors
/// When the database fails.
pub async fn heard(
    work: &mut Work,
    push: &str,
    receipts: &[&Receipt],
    version: i64,
) -> Result<Vec<Heard>, StoreError> {
    let mut news: Vec<News<'_>> = receipts.iter().filter_map(|receipt| News::of(push, receipt)).collect();
    if news.is_empty() {
        return Ok(Vec::new());
    }
    if news.iter().any(|news| news.is_withdrawn()) {
        let becomes = delivery::held(work.tx().await?, push).await?.unwrap_or(CopyState::Planned);
        news.iter_mut().filter(|news| news.is_withdrawn()).for_each(|news| news.state = becomes);
    }
    let settled: Vec<Settled<'_>> = news.iter().map(|news| news.settled(version)).collect();
    let now_ms = work.now_ms;
    let taken = delivery::settle(work.tx().await?, push, &settled, now_ms).await?;
    news.retain(|news| taken.contains(&news.receipt.outbox));
    Ok(news.into_iter().map(News::heard).collect())
}

/// The push that an action was sent for, as [`step`] and others of its feature name it in the origin.
fn push_of(receipt: &Receipt) -> &str {
    receipt.origin.key.split('/').next().unwrap_or_default()
}

/// What became of things that were sent, push by push, and of each in its order.
pub fn by_push(receipts: Vec<&Receipt>) -> BTreeMap<&str, Vec<&Receipt>> {
    let mut pushes: BTreeMap<&str, Vec<&Receipt>> = BTreeMap::new();
    for receipt in receipts {
        pushes.entry(push_of(receipt)).or_default().push(receipt);
    }
    pushes
}

/// News of one copy.
struct News<'r> {
    receipt: &'r Receipt,
    recipient: &'r str,
    phase: Phase,
    state: CopyState,
}

impl<'r> News<'r> {
    fn of(push: &str, receipt: &'r Receipt) -> Option<Self> {
        let phase = Phase::of_kind(&receipt.origin.kind)?;
        let (of, recipient) = receipt.origin.key.split_once('/')?;
        (of == push).then(|| Self { receipt, recipient, phase, state: phase.ended(&receipt.end) })
    }

    /// Whether the courier found it held back, and took it out of the outbox.
    fn is_withdrawn(&self) -> bool {
        matches!(&self.receipt.end, End::Rejected(why) if why.kind == RejectionKind::Withdrawn)
    }

    /// The messages that a send made.
    fn messages(&self) -> Option<Vec<MessageKey>> {
        match (&self.receipt.end, self.phase) {
            (End::Sent(made), Phase::Send) => Some(keys(made)),
            _ => None,
        }
    }

    fn settled(&self, version: i64) -> Settled<'r> {
        let failed = match &self.receipt.end {
            End::Rejected(refused) if self.state != CopyState::Recalled && !self.is_withdrawn() => {
                Some((words::word(refused.kind), refused.why.as_str()))
            }
            End::Unknown { why } => Some(("no_answer", why.as_str())),
            _ => None,
        };
        let shows_new = matches!(self.state, CopyState::Sent | CopyState::Edited);
        Settled {
            recipient: self.recipient,
            outbox: &self.receipt.outbox,
            state: self.state,
            failed,
            messages: self.messages(),
            version: shows_new.then_some(version),
        }
    }

    fn heard(self) -> Heard {
        Heard {
            recipient: self.recipient.to_owned(),
            phase: self.phase,
            state: self.state,
            chat: self.receipt.chat.clone(),
            message: self.messages().and_then(|keys| keys.into_iter().next()),
        }
    }
}

fn keys(made: &[Delivered]) -> Vec<MessageKey> {
    made.iter().filter_map(|made| made.message.clone()).collect()
}

/// Whether nothing of a phase is planned or under way any more.
///
/// # Errors
/// When the database fails.
pub async fn is_settled(work: &mut Work, push: &str, phase: Phase) -> Result<bool, StoreError> {
    for state in [phase.planned(), phase.under_way()] {
        if delivery::any(work.tx().await?, push, state).await? {
            return Ok(false);
        }
    }
    Ok(true)
}
