//! What may become of a ticket and of a message on its way, without looking at anything but what is handed in.

use crate::chat::RejectionKind;
use crate::courier::End;
use crate::directory::Reach;
use crate::ids::StaffId;
use crate::store::ticket::{Delivery, TicketState};

/// Somebody who writes without an open ticket is offered one at most this often, milliseconds.
const OFFER_EVERY_MS: i64 = 60 * 60 * 1000;
/// For so long after closing, the offer is to go on with the old ticket too, milliseconds.
const REOPEN_OFFERED_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// A topic is opened anew at most so often; somebody who deletes it again and again gets the flat form.
const THREADS_MAX: i64 = 4;

/// How a ticket stands and who has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// How it stands.
    pub(super) state: TicketState,
    /// Who has it.
    pub(super) owner: Option<StaffId>,
}

/// What somebody does with a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Input {
    /// An agent takes it.
    Claim(StaffId),
    /// Somebody hands it to an agent.
    Hand(StaffId),
    /// An agent answers.
    Reply(StaffId),
    /// The merchant writes.
    MerchantWrote,
    /// An agent says that the merchant has to say something.
    Wait(StaffId),
    /// An agent, or the merchant (`None`), closes it.
    Close(Option<StaffId>),
    /// Somebody takes it up again.
    Reopen,
}

/// What becomes of the ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// How it stands and who has it from now on.
    pub(super) to: Standing,
    /// The agent from whom it was taken over, to be told.
    pub(super) former: Option<StaffId>,
}

/// Why something cannot be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is theirs already.
    Yours,
    /// The one who is to have it has it already.
    Theirs,
    /// It is closed.
    Closed,
    /// It is not closed.
    NotClosed,
    /// It waits already.
    WaitsAlready,
}

/// What becomes of a ticket by what somebody does.
///
/// # Errors
/// Why it cannot be done; nothing changes then.
pub(super) fn decide(now: &Standing, input: &Input) -> Result<Change, Refusal> {
    use TicketState as S;
    if now.state == S::Closed && *input != Input::Reopen {
        return Err(Refusal::Closed);
    }
    let (state, owner, former) = match input {
        Input::Claim(agent) if now.owner.as_ref() == Some(agent) && now.state != S::Reopened => {
            return Err(Refusal::Yours);
        }
        Input::Hand(agent) if now.owner.as_ref() == Some(agent) => return Err(Refusal::Theirs),
        Input::Claim(agent) | Input::Hand(agent) => {
            let state = if now.state == S::Waiting { S::Waiting } else { S::Open };
            (state, Some(agent.clone()), now.owner.clone().filter(|owner| owner != agent))
        }
        // Who answers first has it; who answers later only helps.
        Input::Reply(agent) => {
            let state = if now.state == S::Waiting { S::Waiting } else { S::Open };
            (state, Some(now.owner.clone().unwrap_or_else(|| agent.clone())), None)
        }
        Input::MerchantWrote => {
            let state = if now.state == S::Waiting { S::Open } else { now.state };
            (state, now.owner.clone(), None)
        }
        Input::Wait(_) if now.state == S::Waiting => return Err(Refusal::WaitsAlready),
        Input::Wait(agent) => (S::Waiting, Some(now.owner.clone().unwrap_or_else(|| agent.clone())), None),
        Input::Close(agent) => (S::Closed, now.owner.clone().or_else(|| agent.clone()), None),
        Input::Reopen if now.state != S::Closed => return Err(Refusal::NotClosed),
        Input::Reopen => (S::Reopened, now.owner.clone(), None),
    };
    Ok(Change { to: Standing { state, owner }, former })
}

/// What to do with a message for the merchant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Send it.
    Now,
    /// Keep it until the person opens the private chat.
    Hold,
    /// Nobody will ever read it.
    Gone,
}

/// Whether the bot can write to a private chat now. `writes_first`: whether the platform lets it write to a
/// person who has not written.
pub(super) fn way(reach: Reach, writes_first: bool) -> Way {
    match reach {
        Reach::Open => Way::Now,
        Reach::Untried if writes_first => Way::Now,
        Reach::Untried | Reach::NotStarted | Reach::Blocked | Reach::Kicked => Way::Hold,
        Reach::Deactivated => Way::Gone,
    }
}

/// How far a message came, by how its sending ended.
pub(super) fn delivered(end: &End) -> Delivery {
    match end {
        End::Sent(_) => Delivery::Sent,
        End::Rejected(rejection) => match rejection.kind {
            RejectionKind::NotStarted | RejectionKind::Blocked => Delivery::Held,
            _ => Delivery::Rejected,
        },
        End::Unknown { .. } => Delivery::Unknown,
    }
}

/// Whether somebody who writes without an open ticket is offered one now.
pub(super) fn may_offer(now_ms: i64, last_ms: Option<i64>) -> bool {
    last_ms.is_none_or(|last_ms| now_ms >= last_ms + OFFER_EVERY_MS)
}

/// Whether a ticket was closed so lately that somebody who writes may mean it.
pub(super) fn may_mean(now_ms: i64, closed_at_ms: Option<i64>) -> bool {
    closed_at_ms.is_some_and(|closed_at_ms| now_ms < closed_at_ms + REOPEN_OFFERED_MS)
}

/// Whether one more topic is opened for a ticket that had so many.
pub(super) fn may_open_thread(threads_opened: i64) -> bool {
    threads_opened < THREADS_MAX
}

/// The words of a note, when a message in a ticket's topic is one: it begins with `//`.
pub(super) fn as_note(text: &str) -> Option<&str> {
    text.trim_start().strip_prefix("//").map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Rejection;
    use TicketState as S;

    fn standing(state: TicketState, owner: Option<&str>) -> Standing {
        Standing { state, owner: owner.map(StaffId::from) }
    }

    /// The state, the owner, the former owner.
    type After = (TicketState, Option<String>, Option<String>);

    fn after(state: TicketState, owner: Option<&str>, input: Input) -> Result<After, Refusal> {
        decide(&standing(state, owner), &input)
            .map(|change| (change.to.state, change.to.owner.map(|id| id.0), change.former.map(|id| id.0)))
    }

    fn some(name: &str) -> Option<String> {
        Some(name.to_owned())
    }

    #[test]
    fn a_claim_makes_an_owner_and_names_the_former_one() {
        let claim = |who: &str| Input::Claim(who.into());
        assert_eq!(after(S::New, None, claim("ann")), Ok((S::Open, some("ann"), None)));
        assert_eq!(after(S::Open, Some("ann"), claim("ann")), Err(Refusal::Yours));
        assert_eq!(after(S::Open, Some("ann"), claim("bo")), Ok((S::Open, some("bo"), some("ann"))));
        assert_eq!(after(S::Waiting, Some("ann"), claim("bo")), Ok((S::Waiting, some("bo"), some("ann"))));
        assert_eq!(after(S::Reopened, Some("ann"), claim("ann")), Ok((S::Open, some("ann"), None)));
        assert_eq!(after(S::Closed, Some("ann"), claim("bo")), Err(Refusal::Closed));
    }

    #[test]
    fn who_is_handed_a_ticket_has_it_and_who_had_it_is_named() {
        let hand = |to: &str| Input::Hand(to.into());
        assert_eq!(after(S::New, None, hand("bo")), Ok((S::Open, some("bo"), None)));
        assert_eq!(after(S::Waiting, Some("ann"), hand("bo")), Ok((S::Waiting, some("bo"), some("ann"))));
        assert_eq!(after(S::Reopened, Some("ann"), hand("bo")), Ok((S::Open, some("bo"), some("ann"))));
        assert_eq!(after(S::Open, Some("bo"), hand("bo")), Err(Refusal::Theirs));
        assert_eq!(after(S::Closed, Some("ann"), hand("bo")), Err(Refusal::Closed));
    }

    #[test]
    fn the_first_answer_claims_and_later_ones_do_not_take_over() {
        let reply = |who: &str| Input::Reply(who.into());
        assert_eq!(after(S::New, None, reply("ann")), Ok((S::Open, some("ann"), None)));
        assert_eq!(after(S::Open, Some("ann"), reply("bo")), Ok((S::Open, some("ann"), None)));
        assert_eq!(after(S::Waiting, Some("ann"), reply("ann")), Ok((S::Waiting, some("ann"), None)));
        assert_eq!(after(S::Reopened, Some("ann"), reply("bo")), Ok((S::Open, some("ann"), None)));
        assert_eq!(after(S::Closed, Some("ann"), reply("ann")), Err(Refusal::Closed));
    }

    #[test]
    fn waiting_ends_when_the_merchant_writes() {
        assert_eq!(after(S::New, None, Input::Wait("ann".into())), Ok((S::Waiting, some("ann"), None)));
        assert_eq!(after(S::Waiting, Some("ann"), Input::Wait("bo".into())), Err(Refusal::WaitsAlready));
        assert_eq!(after(S::Waiting, Some("ann"), Input::MerchantWrote), Ok((S::Open, some("ann"), None)));
        assert_eq!(after(S::New, None, Input::MerchantWrote), Ok((S::New, None, None)));
        assert_eq!(
            after(S::Reopened, Some("ann"), Input::MerchantWrote),
            Ok((S::Reopened, some("ann"), None))
        );
    }

    #[test]
    fn closing_and_reopening_keep_the_owner() {
        assert_eq!(
            after(S::Open, Some("ann"), Input::Close(Some("bo".into()))),
            Ok((S::Closed, some("ann"), None))
        );
        assert_eq!(after(S::New, None, Input::Close(Some("bo".into()))), Ok((S::Closed, some("bo"), None)));
        assert_eq!(after(S::New, None, Input::Close(None)), Ok((S::Closed, None, None)));
        assert_eq!(after(S::Closed, None, Input::Close(None)), Err(Refusal::Closed));
        assert_eq!(after(S::Closed, Some("ann"), Input::Reopen), Ok((S::Reopened, some("ann"), None)));
        for state in [S::New, S::Open, S::Waiting, S::Reopened] {
            assert_eq!(after(state, None, Input::Reopen), Err(Refusal::NotClosed));
        }
    }

    #[test]
    fn nobody_is_written_to_who_did_not_open_the_chat_where_that_is_needed() {
        for (reach, first, expected) in [
            (Reach::Open, false, Way::Now),
            (Reach::Untried, true, Way::Now),
            (Reach::Untried, false, Way::Hold),
            (Reach::NotStarted, true, Way::Hold),
            (Reach::Blocked, true, Way::Hold),
            (Reach::Deactivated, true, Way::Gone),
        ] {
            assert_eq!(way(reach, first), expected, "{reach:?} {first}");
        }
    }

    #[test]
    fn only_a_shut_chat_holds_a_message_and_unknown_stays_unknown() {
        let refused = |kind| delivered(&End::Rejected(Rejection { kind, why: String::new() }));
        assert_eq!(refused(RejectionKind::NotStarted), Delivery::Held);
        assert_eq!(refused(RejectionKind::Blocked), Delivery::Held);
        assert_eq!(refused(RejectionKind::BadContent), Delivery::Rejected);
        assert_eq!(refused(RejectionKind::Deactivated), Delivery::Rejected);
        assert_eq!(delivered(&End::Unknown { why: String::new() }), Delivery::Unknown);
        assert_eq!(delivered(&End::Sent(Vec::new())), Delivery::Sent);
    }

    #[test]
    fn an_offer_comes_once_an_hour_and_the_old_ticket_is_meant_for_a_week() {
        assert!(may_offer(0, None));
        assert!(!may_offer(OFFER_EVERY_MS - 1, Some(0)));
        assert!(may_offer(OFFER_EVERY_MS, Some(0)));
        assert!(!may_mean(5, None));
        assert!(may_mean(REOPEN_OFFERED_MS - 1, Some(0)));
        assert!(!may_mean(REOPEN_OFFERED_MS, Some(0)));
        assert!(may_open_thread(3) && !may_open_thread(4));
    }

    #[test]
    fn a_note_begins_with_two_slashes() {
        assert_eq!(as_note(" // ask finance"), Some("ask finance"));
        assert_eq!(as_note("//"), Some(""));
        assert_eq!(as_note("see https://example.com"), None);
        assert_eq!(as_note("/ /"), None);
    }
}
