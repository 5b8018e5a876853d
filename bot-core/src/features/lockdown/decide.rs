//! How a lock goes on.

use crate::chat::RejectionKind;
use crate::courier::End;
use crate::store::lockdown::{LockState, Lockdown};

/// The longest lock, milliseconds: seven days. A group that is to be silent for longer is a channel.
pub(super) const MAX_MS: i64 = 7 * 24 * 60 * 60 * 1_000;
/// The shortest, milliseconds.
pub(super) const MIN_MS: i64 = 60_000;
/// How long a lock lasts of which nobody said so, milliseconds.
pub(super) const USUAL_MS: i64 = 60 * 60 * 1_000;
/// How long to wait before a platform is asked again that refused to open a group, milliseconds.
pub(super) const AGAIN_MS: i64 = 10 * 60 * 1_000;

/// Which of a lock's calls ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// To lock.
    Lock,
    /// To open.
    Unlock,
}

/// What follows from how a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// Nothing: it is not about the lock as it stands now.
    Nothing,
    /// The group is locked; its members are told.
    Locked,
    /// The group is open; its members are told.
    Open,
    /// The platform did not lock it: there is no lock, and staff are told why.
    Failed(String),
    /// The platform did not open it: it is asked again, and staff are told why.
    Again(String),
    /// The bot is not there any more: there is nothing left to open.
    Gone,
}

/// What follows from how one of a lock's calls ended.
pub(super) fn after(lock: &Lockdown, call: Call, end: &End) -> Then {
    match (call, lock.state, end) {
        (Call::Lock, LockState::Asked, End::Sent(_)) => Then::Locked,
        (Call::Lock, LockState::Asked, End::Rejected(refused)) => Then::Failed(refused.why.clone()),
        (Call::Unlock, LockState::Lifting, End::Sent(_)) => Then::Open,
        (Call::Unlock, LockState::Lifting, End::Rejected(refused)) => match refused.kind {
            RejectionKind::Kicked | RejectionKind::NotFound => Then::Gone,
            _ => Then::Again(refused.why.clone()),
        },
        _ => Then::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Rejection;

    fn lock(state: LockState) -> Lockdown {
        Lockdown {
            chat: "c".into(),
            state,
            until_ms: 100,
            by: "s".into(),
            reason: None,
            error: None,
            at_ms: 0,
        }
    }

    fn refused(kind: RejectionKind) -> End {
        End::Rejected(Rejection { kind, why: "no".into() })
    }

    #[test]
    fn an_answer_counts_only_for_what_was_asked_last() {
        let sent = End::Sent(Vec::new());
        assert_eq!(after(&lock(LockState::Asked), Call::Lock, &sent), Then::Locked);
        assert_eq!(
            after(&lock(LockState::Lifting), Call::Lock, &sent),
            Then::Nothing,
            "it is opened already"
        );
        assert_eq!(after(&lock(LockState::Lifting), Call::Unlock, &sent), Then::Open);
        assert_eq!(after(&lock(LockState::Asked), Call::Unlock, &sent), Then::Nothing, "it was locked anew");
    }

    #[test]
    fn a_refused_opening_is_tried_again_unless_the_bot_is_gone() {
        let lifting = lock(LockState::Lifting);
        let after = |kind| after(&lifting, Call::Unlock, &refused(kind));
        assert_eq!(after(RejectionKind::MissingRight), Then::Again("no".into()));
        assert_eq!(after(RejectionKind::Kicked), Then::Gone);
        let asked = lock(LockState::Asked);
        let failed = super::after(&asked, Call::Lock, &refused(RejectionKind::MissingRight));
        assert_eq!(failed, Then::Failed("no".into()));
    }
}
