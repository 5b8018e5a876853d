//! What staff do to people and cases, from chats, the console and the seeding of a demo alike.

use moderation::Sanction as Measure;
use serde_json::json;

use super::decide::{Refusal, Target, may_punish, may_undo};
use super::{act, notify, proof, screen, words};
use crate::directory::{Chat, User};
use crate::error::{FeatureError, Result};
use crate::features::webhook::{self, Happened};
use crate::ids::{CaseNo, StaffId};
use crate::roster::{Permission, Staff};
use crate::store::chat;
use crate::store::message::StoredMessage;
use crate::store::moderation::{
    self as store, Case, CaseState, Notice, Removal, Sanction, SanctionKind, SanctionState,
};
use crate::text;
use crate::texts::Text;
use crate::work::Work;

/// The shortest and the longest mute that staff may give, milliseconds. Telegram takes less than 30 s and more than
/// 366 days for ever (Bot API 9.2, `restrictChatMember`, read 2026-11-21).
const MUTE_MS: std::ops::RangeInclusive<i64> = 30_000..=366 * 24 * 60 * 60 * 1000;
/// The most that goes with a ban, milliseconds: as much as Discord takes away (docs.discord.com, "Create Guild Ban", read
/// 2026-11-22).
const PURGE_MAX_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// What an act of staff weighs on the ladder.
const STAFF_POINTS: u32 = 1;

/// What staff want done to somebody.
#[derive(Clone, Debug)]
pub struct Order {
    /// Whom it is about.
    pub user: User,
    /// Where it is done, and to which of the person's users there.
    pub targets: Vec<(User, Chat)>,
    /// What is done.
    pub measure: Measure,
    /// Why.
    pub reason: Option<String>,
    /// The message that it is about.
    pub message: Option<StoredMessage>,
    /// Whether that message is deleted.
    pub remove: bool,
    /// How much of what they wrote goes with a ban: that of the last so many milliseconds.
    pub purge_ms: i64,
}

/// What was taken back with a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    /// The case as it is now.
    pub case: Case,
    /// Its sanctions as they are now: of what the platform has to end, it was asked to.
    pub sanctions: Vec<Sanction>,
}

/// Opens a case and does what staff want done; where the message was flagged and waits for a decision, this is the
/// decision, and its case goes on. The notice goes out by itself.
///
/// # Errors
/// One sentence when the staff member may not do this, or not to this person, or not for so long.
pub async fn punish(work: &mut Work, by: &StaffId, order: Order) -> Result<Case> {
    let by = staff_of(work, by)?;
    let needed = match order.measure {
        Measure::Warn | Measure::Mute { .. } => Permission::Moderate,
        Measure::Kick | Measure::Ban => Permission::Ban,
    };
    need(&by, needed)?;
    if let Measure::Mute { ms } = order.measure
        && !MUTE_MS.contains(&ms)
    {
        let (least, most) = (words::length(*MUTE_MS.start()), words::length(*MUTE_MS.end()));
        return Err(text!("moderation-length-out-of-range", least = least, most = most).into());
    }
    if order.purge_ms != 0 && order.measure != Measure::Ban {
        return Err(Text::new("moderation-purge-without-ban").into());
    }
    if !(0..=PURGE_MAX_MS).contains(&order.purge_ms) {
        return Err(text!("moderation-purge-too-long", most = words::length(PURGE_MAX_MS)).into());
    }
    for (user, chat) in &order.targets {
        check_target(work, &by, user, chat).await?;
    }
    let mut case = match taken_up(work, &by, &order).await? {
        Some(case) => case,
        None => {
            let no = CaseNo(chat::next_number(work.tx().await?, "case").await?);
            if let Some(message) = &order.message
                && let Some(at) = chat::get(work.tx().await?, &message.chat).await?
            {
                proof::fetch(work, &at, no, &message.attachments);
            }
            case_of(work, no, &by, &order)
        }
    };
    let no = case.no;
    store::put(work.tx().await?, &case).await?;
    if order.remove {
        act::remove_message(work, &mut case);
    }
    for (user, chat) in &order.targets {
        act::impose_purging(work, &case, user, chat, order.measure, order.purge_ms).await?;
    }
    if !matches!(order.measure, Measure::Mute { .. }) {
        notify::tell(work, &mut case).await?;
    }
    store::put(work.tx().await?, &case).await?;
    let purged = if order.purge_ms > 0 { format!(", purging {} ms", order.purge_ms) } else { String::new() };
    let detail = match &order.reason {
        Some(reason) => format!("{}{purged}: {reason}", order.measure),
        None => format!("{}{purged}", order.measure),
    };
    work.audit_staff(&by.id, "case.open", no, Some(detail)).await?;
    match case.decided_by {
        // It was flagged, and this was the decision.
        Some(_) => tell(work, Happened::CaseDecided, no, &by).await?,
        None => screen::tell_opened(work, &case).await?,
    }
    Ok(case)
}

/// Tells webhooks of what staff did with a case.
async fn tell(work: &mut Work, what: Happened, no: CaseNo, by: &Staff) -> Result<()> {
    webhook::tell(work, what, no, json!({ "no": no.to_string(), "by": by.id })).await
}

/// The case of a flagged message, decided by what staff want done about it.
async fn taken_up(work: &mut Work, by: &Staff, order: &Order) -> Result<Option<Case>> {
    let Some(message) = &order.message else { return Ok(None) };
    let found = store::of_message(work.tx().await?, &message.chat, &message.key).await?;
    let waiting = found.filter(|case| case.state == CaseState::Flagged && case.user == order.user.id);
    Ok(waiting.map(|mut case| {
        decide(&mut case, CaseState::Stands, by, work.now_ms);
        case.reason = reason_of(order);
        case.notice = Notice::Due;
        case
    }))
}

/// Databases cannot hold U+0000.
fn reason_of(order: &Order) -> Option<String> {
    order.reason.as_ref().map(|reason| reason.replace('\0', " "))
}

fn case_of(work: &Work, no: CaseNo, by: &Staff, order: &Order) -> Case {
    let message = order.message.as_ref();
    let only_chat = match order.targets.as_slice() {
        [(_, chat)] => Some(chat.id.clone()),
        _ => None,
    };
    Case {
        no,
        chat: message.map(|message| message.chat.clone()).or(only_chat),
        user: order.user.id.clone(),
        by: Some(by.id.clone()),
        state: CaseState::Stands,
        points: STAFF_POINTS,
        rule: None,
        policy_version: None,
        explanation: None,
        message: message.map(|message| message.key.clone()),
        thread: message.and_then(|message| message.thread.clone()),
        message_text: message.map(|message| message.text.text.clone()),
        reason: reason_of(order),
        removal: Removal::None,
        notice: Notice::Due,
        at_ms: work.now_ms,
        decided_by: None,
        decided_at_ms: None,
    }
}

/// Takes a case back with all that it did, as far as that can be: mutes and bans are lifted, and it no longer
/// counts on the ladder. A deleted message and a kick cannot be taken back.
///
/// # Errors
/// One sentence when there is nothing to undo or the staff member may not.
pub async fn undo(work: &mut Work, by: &StaffId, no: CaseNo) -> Result<Undone> {
    let by = staff_of(work, by)?;
    need(&by, Permission::Moderate)?;
    let mut case = case(work, no).await?;
    match case.state {
        CaseState::Stands => {}
        CaseState::Flagged => return Err(text!("moderation-undo-flagged", no = no.to_string()).into()),
        CaseState::Dismissed | CaseState::Undone => {
            return Err(text!("moderation-undo-again", no = no.to_string()).into());
        }
    }
    let mut sanctions = store::of_case(work.tx().await?, no).await?;
    for sanction in &sanctions {
        check_release(work, &by, &case, sanction)?;
    }
    decide(&mut case, CaseState::Undone, &by, work.now_ms);
    store::put(work.tx().await?, &case).await?;
    for sanction in &mut sanctions {
        if sanction.state.stands() || sanction.state == SanctionState::Lifting {
            act::release(work, sanction, SanctionState::Undoing).await?;
        }
    }
    if sanctions.iter().all(|sanction| sanction.state.is_over()) {
        notify::tell_undone(work, &case).await?;
    }
    work.audit_staff(&by.id, "case.undo", no, None).await?;
    tell(work, Happened::CaseUndone, no, &by).await?;
    Ok(Undone { case, sanctions })
}

/// Makes a flagged message an offence: it is deleted, and the ladder says what happens. Gives what that was.
///
/// # Errors
/// One sentence when it was decided already or the staff member may not.
pub async fn uphold(work: &mut Work, by: &StaffId, no: CaseNo) -> Result<(Case, Measure)> {
    let by = staff_of(work, by)?;
    need(&by, Permission::Moderate)?;
    let mut case = flagged(work, no).await?;
    let tx = work.tx().await?;
    let user = chat::user(tx, &case.user).await?;
    let chat = match &case.chat {
        Some(chat) => chat::get(tx, chat).await?,
        None => None,
    };
    let Some((user, chat)) = user.zip(chat) else {
        return Err(FeatureError::Internal(format!("{no} was flagged nowhere")));
    };
    check_target(work, &by, &user, &chat).await?;
    decide(&mut case, CaseState::Stands, &by, work.now_ms);
    let engine = work.hall.policy.engine();
    let measure = screen::carry_out(work, &mut case, &user, &chat, &engine).await?;
    work.audit_staff(&by.id, "case.uphold", no, Some(measure.to_string())).await?;
    tell(work, Happened::CaseDecided, no, &by).await?;
    Ok((case, measure))
}

/// Finds nothing in a flagged message.
///
/// # Errors
/// One sentence when it was decided already or the staff member may not.
pub async fn dismiss(work: &mut Work, by: &StaffId, no: CaseNo) -> Result<Case> {
    let by = staff_of(work, by)?;
    need(&by, Permission::Moderate)?;
    let mut case = flagged(work, no).await?;
    decide(&mut case, CaseState::Dismissed, &by, work.now_ms);
    store::put(work.tx().await?, &case).await?;
    work.audit_staff(&by.id, "case.dismiss", no, None).await?;
    tell(work, Happened::CaseDecided, no, &by).await?;
    Ok(case)
}

/// Ends the mutes or bans that stand against a person, in one chat or in all of an account; their cases stay.
/// Gives what the platform was asked to end.
///
/// # Errors
/// One sentence when there is nothing to end or the staff member may not.
pub async fn lift(
    work: &mut Work,
    by: &StaffId,
    user: &User,
    kind: SanctionKind,
    chat: Option<&Chat>,
) -> Result<Vec<Sanction>> {
    let by = staff_of(work, by)?;
    need(&by, if kind == SanctionKind::Ban { Permission::Ban } else { Permission::Moderate })?;
    let mut open = store::open_of_person(work.tx().await?, &user.person).await?;
    open.retain(|sanction| {
        let here = chat.is_none_or(|chat| chat.id == sanction.chat);
        here && sanction.kind == kind && sanction.state.stands()
    });
    if open.is_empty() {
        return Err(match kind {
            SanctionKind::Ban => text!("moderation-not-banned", name = &user.name),
            _ => text!("moderation-not-muted", name = &user.name),
        }
        .into());
    }
    for sanction in &open {
        let case = case(work, sanction.case).await?;
        check_release(work, &by, &case, sanction)?;
    }
    for sanction in &mut open {
        act::release(work, sanction, SanctionState::Lifting).await?;
        notify::after_change(work, sanction).await?;
        let detail = Some(sanction.chat.to_string());
        work.audit_staff(&by.id, "sanction.lift", sanction.case, detail).await?;
    }
    Ok(open)
}

/// A case by its number.
pub(super) async fn case(work: &mut Work, no: CaseNo) -> Result<Case> {
    let found = store::get(work.tx().await?, no).await?;
    found.ok_or_else(|| text!("moderation-no-such-case", no = no.to_string()).into())
}

async fn flagged(work: &mut Work, no: CaseNo) -> Result<Case> {
    let case = case(work, no).await?;
    if case.state == CaseState::Flagged {
        return Ok(case);
    }
    let by = match &case.decided_by {
        Some(staff) => work.hall.roster.load().get(staff).map(|staff| staff.name.clone()),
        None => None,
    };
    let no = no.to_string();
    Err(match by {
        Some(by) => text!("moderation-decided-by", no = no, by = by, state = words::case_state(case.state)),
        None => text!("moderation-decided", no = no, state = words::case_state(case.state)),
    }
    .into())
}

fn decide(case: &mut Case, state: CaseState, by: &Staff, now_ms: i64) {
    case.state = state;
    case.decided_by = Some(by.id.clone());
    case.decided_at_ms = Some(now_ms);
}

fn staff_of(work: &Work, id: &StaffId) -> Result<Staff> {
    let found = work.hall.roster.load().get(id).cloned();
    found.ok_or_else(|| Text::new("moderation-not-staff").into())
}

fn need(by: &Staff, permission: Permission) -> Result<()> {
    if by.may(permission) { Ok(()) } else { Err(Text::new("moderation-not-allowed").into()) }
}

async fn check_target(work: &mut Work, by: &Staff, user: &User, chat: &Chat) -> Result<()> {
    let role = chat::member_role(work.tx().await?, &chat.id, &user.id).await?;
    let roster = work.hall.roster.load();
    let target = Target { user, staff: roster.of_person(&user.person), role };
    may_punish(Some(by), target).map_err(|refusal| {
        match refusal {
            Refusal::Bot | Refusal::Yourself => Text::new("moderation-refused-yourself"),
            Refusal::Colleague => text!("moderation-refused-colleague", name = &user.name),
            Refusal::PlatformAdmin => {
                text!("moderation-refused-admin", name = &user.name, group = &chat.title)
            }
        }
        .into()
    })
}

/// Whether a staff member may end a sanction of a case.
fn check_release(work: &Work, by: &Staff, case: &Case, sanction: &Sanction) -> Result<()> {
    if sanction.kind == SanctionKind::Ban && !sanction.state.is_over() {
        need(by, Permission::Ban)?;
    }
    let roster = work.hall.roster.load();
    let author = case.by.as_ref().and_then(|author| roster.get(author));
    if may_undo(by, author) {
        return Ok(());
    }
    let name = author.map(|author| author.name.clone()).unwrap_or_default();
    Err(text!("moderation-undo-above", no = case.no.to_string(), name = name).into())
}
