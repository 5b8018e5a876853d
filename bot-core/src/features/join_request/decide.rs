//! What becomes of somebody who asks to be let in.

use crate::chat::RejectionKind;
use crate::courier::End;
use crate::store::join_request::RequestState;

/// What is known of who asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// A ban of theirs stands somewhere.
    pub(super) banned: bool,
    /// They speak for a merchant that we know.
    pub(super) contact: bool,
    /// Their name breaks a rule.
    pub(super) bad_name: bool,
}

/// Who decides on a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// They are let in at once.
    LetIn,
    /// A moderator.
    Ask,
}

/// Whom we know as a merchant's contact and have nothing against comes in at once; everybody else waits for a person.
/// Nobody is turned away by the program.
pub(super) fn way(known: Known) -> Way {
    if known.contact && !known.banned && !known.bad_name { Way::LetIn } else { Way::Ask }
}

/// What a request becomes when the platform has answered; `None` when it waits for a moderator again.
pub(super) fn after(asked: RequestState, end: &End) -> Option<RequestState> {
    use RequestState as S;
    match (asked, end) {
        (S::LettingIn, End::Sent(_)) => Some(S::LetIn),
        (S::TurningAway, End::Sent(_)) => Some(S::TurnedAway),
        (S::LettingIn | S::TurningAway, End::Rejected(refused)) => match refused.kind {
            RejectionKind::NotFound | RejectionKind::Kicked | RejectionKind::Deactivated => Some(S::Gone),
            _ => None,
        },
        // Repeated until the platform says something; whoever was let in by hand meanwhile is in.
        (state, _) => Some(state),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Rejection;

    #[test]
    fn only_a_known_contact_with_nothing_against_them_comes_in_at_once() {
        let contact = Known { contact: true, ..Known::default() };
        assert_eq!(way(contact), Way::LetIn);
        assert_eq!(way(Known { banned: true, ..contact }), Way::Ask);
        assert_eq!(way(Known { bad_name: true, ..contact }), Way::Ask);
        assert_eq!(way(Known::default()), Way::Ask);
    }

    #[test]
    fn a_request_ends_with_the_platforms_answer() {
        use RequestState as S;
        let refused = |kind| End::Rejected(Rejection { kind, why: "no".into() });
        assert_eq!(after(S::LettingIn, &End::Sent(Vec::new())), Some(S::LetIn));
        assert_eq!(after(S::TurningAway, &End::Sent(Vec::new())), Some(S::TurnedAway));
        assert_eq!(after(S::LettingIn, &refused(RejectionKind::NotFound)), Some(S::Gone));
        assert_eq!(after(S::LettingIn, &refused(RejectionKind::MissingRight)), None, "it can be tried again");
        assert_eq!(after(S::LetIn, &refused(RejectionKind::NotFound)), Some(S::LetIn));
    }
}
