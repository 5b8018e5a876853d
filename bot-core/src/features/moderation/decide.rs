//! What follows what: the decisions of moderation, without a clock, a database or a platform.

use moderation::Outcome;

use crate::chat::{MemberRole, RejectionKind};
use crate::courier::End;
use crate::directory::User;
use crate::roster::{Role, Staff};
use crate::store::moderation::{CaseState, Sanction, SanctionKind, SanctionState};

/// The first wait after the platform refused to lift something, milliseconds; it doubles up to a day.
const LIFT_RETRY_FIRST_MS: i64 = 10 * 60 * 1000;
const LIFT_RETRY_MAX_MS: i64 = 24 * 60 * 60 * 1000;
/// A mute that a platform cannot hold long enough is renewed this long before it runs out at the latest.
const RENEW_BEFORE_MS: i64 = 60 * 60 * 1000;

/// Who is to be punished.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The user.
    pub user: &'a User,
    /// The staff member that they are.
    pub staff: Option<&'a Staff>,
    /// What they are in the chat by the platform's own rules.
    pub role: Option<MemberRole>,
}

/// Why somebody may not be punished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// They are a program: what one of them answers to another never ends. Staff may.
    Bot,
    /// They are the one who asks.
    Yourself,
    /// They work here and do not rank below the one who asks.
    Colleague,
    /// They run the group on the platform, and no bot can touch them.
    PlatformAdmin,
}

/// Whether somebody may be punished by a staff member, or by the bot when `by` is `None`.
///
/// # Errors
/// Why not.
pub fn may_punish(by: Option<&Staff>, target: Target<'_>) -> Result<(), Refusal> {
    if target.user.is_bot && by.is_none() {
        return Err(Refusal::Bot);
    }
    if let Some(staff) = target.staff {
        let Some(by) = by else { return Err(Refusal::Colleague) };
        if by.id == staff.id {
            return Err(Refusal::Yourself);
        }
        let both_admins = [by, staff].iter().all(|one| one.roles.contains(&Role::Admin));
        if by.rank() <= staff.rank() && !both_admins {
            return Err(Refusal::Colleague);
        }
    }
    match target.role {
        Some(MemberRole::Owner | MemberRole::Admin) => Err(Refusal::PlatformAdmin),
        Some(MemberRole::Member) | None => Ok(()),
    }
}

/// Whether a staff member may take back what another one did, or the bot when `author` is `None`.
pub fn may_undo(by: &Staff, author: Option<&Staff>) -> bool {
    author.is_none_or(|author| by.id == author.id || by.rank() >= author.rank())
}

/// What follows a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follow {
    /// Nothing.
    Nothing,
    /// The message was judged before: it is deleted again, and nothing more happens to the person.
    RemoveAgain,
    /// A moderator should look.
    Flag,
    /// The bot acts.
    Act,
    /// The bot acts on what was only flagged so far.
    Escalate,
}

/// What follows a verdict on a message. `before` is the case that the bot has about this message, and whether it
/// was about the same text: platforms tell of an edit even when only a link preview changed.
pub fn after_verdict(outcome: Outcome, before: Option<(CaseState, bool)>) -> Follow {
    match (outcome, before) {
        (Outcome::Pass, _) => Follow::Nothing,
        (_, Some((CaseState::Stands, _))) => Follow::RemoveAgain,
        (_, Some((_, true))) | (Outcome::Flag, Some((CaseState::Flagged, _))) => Follow::Nothing,
        (Outcome::Act, Some((CaseState::Flagged, false))) => Follow::Escalate,
        (Outcome::Act, _) => Follow::Act,
        (Outcome::Flag, _) => Follow::Flag,
    }
}

/// For how long what somebody goes on doing is the case that staff have before them, milliseconds.
const SAME_FLOOD_MS: i64 = 10 * 60_000;
/// For how long a name that staff have seen is not put before them again, milliseconds.
const SAME_NAME_MS: i64 = 7 * 24 * 60 * 60_000;

/// What was found besides what a message says, and so with each further message again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// How much, how often or how soon somebody writes.
    Behaviour,
    /// In the writer's name.
    InName,
}

/// Whether staff have the same before them already, from the last case of the same rule, person and group: its state
/// and when it was opened, unix milliseconds.
pub fn is_before_staff(found: Found, last: Option<(CaseState, i64)>, now_ms: i64) -> bool {
    last.is_some_and(|(state, at_ms)| match found {
        Found::Behaviour => state == CaseState::Flagged && now_ms - at_ms < SAME_FLOOD_MS,
        Found::InName => {
            matches!(state, CaseState::Flagged | CaseState::Dismissed) && now_ms - at_ms < SAME_NAME_MS
        }
    })
}

/// Which of a sanction's calls was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// Mute, kick or ban.
    Apply,
    /// Unmute, unban, or a shorter mute.
    Release,
}

/// What else follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// Lift it at this time, unix milliseconds.
    LiftAt(i64),
    /// Ask the platform to lift it now.
    ReleaseNow,
    /// Tell staff what went wrong.
    TellStaff,
}

/// What follows an answer of the platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    /// How far the sanction has come then.
    pub state: SanctionState,
    /// What else follows.
    pub then: Vec<Then>,
}

impl After {
    fn just(state: SanctionState) -> Self {
        Self { state, then: Vec::new() }
    }
}

/// What follows when the platform answered one of a sanction's calls.
pub fn after_answer(now_ms: i64, sanction: &Sanction, call: Call, end: &End) -> After {
    match call {
        Call::Apply => after_apply(now_ms, sanction, end),
        Call::Release => after_release(now_ms, sanction, end),
    }
}

fn after_apply(now_ms: i64, sanction: &Sanction, end: &End) -> After {
    use SanctionState as S;
    // A mute that was undone or lifted meanwhile is followed by its release in the same queue.
    if !sanction.state.stands() {
        return After::just(sanction.state);
    }
    let over = sanction.until_ms.is_some_and(|until_ms| until_ms <= now_ms);
    match end {
        End::Sent(_) => {
            After { state: S::Active, then: sanction.until_ms.map(Then::LiftAt).into_iter().collect() }
        }
        // An outage outlasted the mute. One try may have got through: it is surely lifted.
        End::Rejected(_) if over => After { state: S::Lifting, then: vec![Then::ReleaseNow] },
        End::Rejected(rejection) => match (sanction.kind, rejection.kind) {
            // They left. The mute waits for their return, or leaving would be a way out of it.
            (SanctionKind::Mute, RejectionKind::NotFound) => After {
                state: sanction.state,
                then: sanction.until_ms.map(Then::LiftAt).into_iter().collect(),
            },
            (SanctionKind::Kick, RejectionKind::NotFound) => After::just(S::Active),
            // A renewal that was refused: what was confirmed before still holds for a while.
            _ if sanction.state == S::Active => After { state: S::Active, then: vec![Then::TellStaff] },
            _ => After { state: S::Rejected, then: vec![Then::TellStaff] },
        },
        End::Unknown { .. } => After { state: S::Unknown, then: vec![Then::TellStaff] },
    }
}

fn after_release(now_ms: i64, sanction: &Sanction, end: &End) -> After {
    let Some(over) = ended_as(sanction.state) else { return After::just(sanction.state) };
    let gone = matches!(end, End::Rejected(rejection) if rejection.kind == RejectionKind::NotFound);
    if gone || matches!(end, End::Sent(_)) {
        return After::just(over);
    }
    let doublings = u32::try_from(sanction.attempts.clamp(0, 20)).unwrap_or(0);
    let wait_ms = (LIFT_RETRY_FIRST_MS << doublings).min(LIFT_RETRY_MAX_MS);
    let mut then = vec![Then::LiftAt(now_ms + wait_ms)];
    if sanction.attempts == 0 {
        then.push(Then::TellStaff);
    }
    After { state: sanction.state, then }
}

/// What a sanction is once its release is confirmed; `None` when none was asked for.
pub fn ended_as(state: SanctionState) -> Option<SanctionState> {
    match state {
        SanctionState::Lifting => Some(SanctionState::Lifted),
        SanctionState::Undoing => Some(SanctionState::Undone),
        _ => None,
    }
}

/// How a sanction is ended on the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// The platform need not hear of it.
    Nothing,
    /// By a mute that ends at this time, for another one still stands.
    MuteUntil(i64),
    /// By unmuting.
    Unmute,
    /// By unbanning.
    Unban,
}

/// How to end a sanction when `others` are open against the same user in the same chat.
pub fn means_of_release(now_ms: i64, sanction: &Sanction, others: &[Sanction]) -> Means {
    let standing = |kind| {
        others
            .iter()
            .filter(move |other| other.id != sanction.id && other.kind == kind && other.state.stands())
    };
    match sanction.kind {
        SanctionKind::Warn | SanctionKind::Kick => Means::Nothing,
        SanctionKind::Ban if standing(SanctionKind::Ban).next().is_some() => Means::Nothing,
        SanctionKind::Ban => Means::Unban,
        SanctionKind::Mute => {
            match standing(SanctionKind::Mute).filter_map(|other| other.until_ms).max() {
                // The platform was told of the longest of them.
                Some(rest_ms) if rest_ms > now_ms && Some(rest_ms) >= sanction.until_ms => Means::Nothing,
                Some(rest_ms) if rest_ms > now_ms => Means::MuteUntil(rest_ms),
                _ => Means::Unmute,
            }
        }
    }
}

/// Until when the platform is asked to mute, and when that must be renewed (both unix milliseconds), where it
/// mutes for `cap_ms` at most.
pub fn mute_span(now_ms: i64, until_ms: i64, cap_ms: Option<i64>) -> (i64, Option<i64>) {
    match cap_ms {
        Some(cap_ms) if cap_ms > 0 && until_ms - now_ms > cap_ms => {
            (now_ms + cap_ms, Some(now_ms + cap_ms - (cap_ms / 10).min(RENEW_BEFORE_MS)))
        }
        _ => (until_ms, None),
    }
}
