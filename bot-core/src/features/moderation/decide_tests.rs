//! Tests of the decisions.

use super::decide::{
    After, Call, Follow, Found, Means, Refusal, Target, Then, after_answer, after_verdict, is_before_staff,
    may_punish, may_undo, means_of_release, mute_span,
};
use crate::chat::{MemberRole, Rejection, RejectionKind};
use crate::courier::End;
use crate::directory::User;
use crate::ids::CaseNo;
use crate::roster::{Role, Staff};
use crate::store::moderation::{CaseState, Sanction, SanctionKind, SanctionState as S};
use moderation::Outcome;

const NOW: i64 = 1_000_000_000;
const MIN: i64 = 60_000;

fn user() -> User {
    User {
        id: "u".into(),
        account: "a".into(),
        key: "1".into(),
        person: "p".into(),
        name: "Lin".into(),
        username: None,
        lang: None,
        is_bot: false,
    }
}

fn staff(id: &str, role: Role) -> Staff {
    Staff { id: id.into(), name: id.into(), person: None, roles: [role].into() }
}

fn punish(by: Option<&Staff>, staff: Option<&Staff>, role: MemberRole) -> Result<(), Refusal> {
    may_punish(by, Target { user: &user(), staff, role: Some(role) })
}

fn sanction(kind: SanctionKind, state: S, until_ms: Option<i64>) -> Sanction {
    Sanction {
        id: "s".into(),
        case: CaseNo(1),
        kind,
        chat: "c".into(),
        user: "u".into(),
        until_ms,
        purge_ms: 0,
        state,
        error: None,
        attempts: 0,
        requested_at_ms: NOW,
        active_at_ms: None,
        ended_at_ms: None,
    }
}

fn mute(state: S, minutes: i64) -> Sanction {
    sanction(SanctionKind::Mute, state, Some(NOW + minutes * MIN))
}

fn refused(kind: RejectionKind) -> End {
    End::Rejected(Rejection { kind, why: "no".into() })
}

#[test]
fn the_bot_punishes_members_only() {
    let support = staff("s", Role::Support);
    assert_eq!(punish(None, None, MemberRole::Member), Ok(()));
    assert_eq!(punish(None, Some(&support), MemberRole::Member), Err(Refusal::Colleague));
    assert_eq!(punish(None, None, MemberRole::Admin), Err(Refusal::PlatformAdmin));
    assert_eq!(punish(None, None, MemberRole::Owner), Err(Refusal::PlatformAdmin));
    let program = User { is_bot: true, ..user() };
    let program = Target { user: &program, staff: None, role: None };
    assert_eq!(may_punish(None, program), Err(Refusal::Bot));
    assert_eq!(may_punish(Some(&support), program), Ok(()), "staff put out a bot that spams");
}

#[test]
fn nobody_is_punished_by_one_who_does_not_rank_above_them() {
    let (admin, other) = (staff("a", Role::Admin), staff("b", Role::Admin));
    let (moderator, ops, support) =
        (staff("m", Role::Moderator), staff("o", Role::Ops), staff("s", Role::Support));
    let by = |by: &Staff, target: &Staff| punish(Some(by), Some(target), MemberRole::Member);
    assert_eq!(by(&moderator, &support), Ok(()));
    assert_eq!(by(&admin, &moderator), Ok(()));
    assert_eq!(by(&admin, &other), Ok(()));
    assert_eq!(by(&moderator, &ops), Err(Refusal::Colleague));
    assert_eq!(by(&moderator, &admin), Err(Refusal::Colleague));
    assert_eq!(by(&admin, &admin), Err(Refusal::Yourself));
}

#[test]
fn what_a_higher_rank_did_stands() {
    let (admin, moderator, ops) =
        (staff("a", Role::Admin), staff("m", Role::Moderator), staff("o", Role::Ops));
    assert!(may_undo(&moderator, None));
    assert!(may_undo(&moderator, Some(&ops)));
    assert!(!may_undo(&moderator, Some(&admin)));
}

#[test]
fn one_message_is_one_offence() {
    use CaseState as C;
    for (outcome, before, follow) in [
        (Outcome::Pass, None, Follow::Nothing),
        (Outcome::Act, None, Follow::Act),
        (Outcome::Flag, None, Follow::Flag),
        (Outcome::Act, Some((C::Stands, false)), Follow::RemoveAgain),
        (Outcome::Flag, Some((C::Stands, true)), Follow::RemoveAgain),
        (Outcome::Act, Some((C::Flagged, false)), Follow::Escalate),
        (Outcome::Flag, Some((C::Flagged, false)), Follow::Nothing),
        (Outcome::Flag, Some((C::Dismissed, true)), Follow::Nothing),
        (Outcome::Flag, Some((C::Dismissed, false)), Follow::Flag),
        (Outcome::Act, Some((C::Dismissed, false)), Follow::Act),
    ] {
        assert_eq!(after_verdict(outcome, before), follow, "{outcome:?} {before:?}");
    }
}

#[test]
fn a_mute_holds_only_when_the_platform_says_so_and_ends_at_its_time() {
    let until = NOW + 10 * MIN;
    let after = |state, end| after_answer(NOW, &mute(state, 10), Call::Apply, &end);
    assert_eq!(
        after(S::Requested, End::Sent(vec![])),
        After { state: S::Active, then: vec![Then::LiftAt(until)] }
    );
    assert_eq!(
        after(S::Requested, refused(RejectionKind::MissingRight)),
        After { state: S::Rejected, then: vec![Then::TellStaff] }
    );
    assert_eq!(
        after(S::Requested, refused(RejectionKind::NotFound)),
        After { state: S::Requested, then: vec![Then::LiftAt(until)] },
        "leaving is no way out"
    );
    assert_eq!(
        after(S::Active, refused(RejectionKind::MissingRight)).state,
        S::Active,
        "a refused renewal ends nothing"
    );
    assert_eq!(after(S::Undoing, End::Sent(vec![])), After { state: S::Undoing, then: vec![] });
}

#[test]
fn a_mute_that_an_outage_outlasted_is_surely_lifted() {
    let late = after_answer(NOW, &mute(S::Requested, -1), Call::Apply, &refused(RejectionKind::Other));
    assert_eq!(late, After { state: S::Lifting, then: vec![Then::ReleaseNow] });
}

#[test]
fn nothing_is_lifted_before_the_platform_says_so() {
    let after = |state, attempts, end| {
        let lifting = Sanction { attempts, ..mute(state, 0) };
        after_answer(NOW, &lifting, Call::Release, &end)
    };
    assert_eq!(after(S::Lifting, 0, End::Sent(vec![])).state, S::Lifted);
    assert_eq!(after(S::Undoing, 0, End::Sent(vec![])).state, S::Undone);
    assert_eq!(after(S::Lifting, 0, refused(RejectionKind::NotFound)).state, S::Lifted);
    assert_eq!(
        after(S::Lifting, 0, refused(RejectionKind::MissingRight)),
        After { state: S::Lifting, then: vec![Then::LiftAt(NOW + 10 * MIN), Then::TellStaff] }
    );
    assert_eq!(
        after(S::Lifting, 2, refused(RejectionKind::MissingRight)),
        After { state: S::Lifting, then: vec![Then::LiftAt(NOW + 40 * MIN)] },
        "staff are told once"
    );
    assert_eq!(
        after(S::Lifting, 60, refused(RejectionKind::Kicked)).then,
        [Then::LiftAt(NOW + 24 * 60 * MIN)]
    );
}

#[test]
fn a_kick_without_an_answer_is_of_unknown_end() {
    let kick = sanction(SanctionKind::Kick, S::Requested, None);
    let unknown = after_answer(NOW, &kick, Call::Apply, &End::Unknown { why: "lost".into() });
    assert_eq!(unknown, After { state: S::Unknown, then: vec![Then::TellStaff] });
    assert_eq!(
        after_answer(NOW, &kick, Call::Apply, &refused(RejectionKind::NotFound)).state,
        S::Active,
        "they are gone already"
    );
}

#[test]
fn what_ends_leaves_the_others_standing() {
    let other = |state, minutes| Sanction { id: "o".into(), ..mute(state, minutes) };
    let means = |others: &[Sanction]| means_of_release(NOW, &mute(S::Active, 10), others);
    assert_eq!(means(&[]), Means::Unmute);
    assert_eq!(means(&[mute(S::Active, 10)]), Means::Unmute, "it is not its own other");
    assert_eq!(means(&[other(S::Active, 60)]), Means::Nothing);
    assert_eq!(means(&[other(S::Active, 5)]), Means::MuteUntil(NOW + 5 * MIN));
    assert_eq!(means(&[other(S::Active, -5)]), Means::Unmute);
    assert_eq!(means(&[other(S::Lifting, 60)]), Means::Unmute);
    let ban = |id: &str| Sanction { id: id.into(), ..sanction(SanctionKind::Ban, S::Active, None) };
    assert_eq!(means_of_release(NOW, &ban("a"), &[ban("b")]), Means::Nothing);
    assert_eq!(means_of_release(NOW, &ban("a"), &[mute(S::Active, 5)]), Means::Unban);
}

#[test]
fn a_long_mute_is_renewed_before_the_platform_forgets_it() {
    let day = 24 * 60 * MIN;
    assert_eq!(mute_span(NOW, NOW + 10 * day, None), (NOW + 10 * day, None));
    assert_eq!(mute_span(NOW, NOW + 10 * day, Some(28 * day)), (NOW + 10 * day, None));
    assert_eq!(
        mute_span(NOW, NOW + 30 * day, Some(28 * day)),
        (NOW + 28 * day, Some(NOW + 28 * day - 60 * MIN))
    );
    assert_eq!(mute_span(NOW, NOW + 2 * MIN, Some(MIN)), (NOW + MIN, Some(NOW + MIN - 6_000)));
}

#[test]
fn a_flood_is_one_case_and_a_name_is_looked_at_once() {
    let now_ms: i64 = 1_000_000_000;
    let before = |found, state, ago_ms| is_before_staff(found, Some((state, now_ms - ago_ms)), now_ms);
    let (flood, week) = (10 * 60_000, 7 * 24 * 60 * 60_000);
    assert!(before(Found::Behaviour, CaseState::Flagged, flood - 1));
    assert!(!before(Found::Behaviour, CaseState::Flagged, flood));
    assert!(!before(Found::Behaviour, CaseState::Dismissed, 1), "who goes on after that is looked at again");
    assert!(before(Found::InName, CaseState::Flagged, week - 1));
    assert!(before(Found::InName, CaseState::Dismissed, week - 1));
    assert!(!before(Found::InName, CaseState::Dismissed, week));
    assert!(!before(Found::InName, CaseState::Stands, 1));
    assert!(!is_before_staff(Found::InName, None, 0));
}
