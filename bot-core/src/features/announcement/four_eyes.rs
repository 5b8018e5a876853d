//! What a second person does: approves what is to go out, and another text for what has.

use super::approval::{self, Approval, CODE_CHARS, Proposal, Standing};
use super::decide::Input;
use super::{Announcement, State, acts, apply, edit, load, report, series};
use crate::error::Result;
use crate::features::delivery::{CopyState, Counts};
use crate::features::wording::Wording;
use crate::ids::{AnnouncementNo, StaffId};
use crate::store::{StoreError, announcement};
use crate::text;
use crate::texts::Text;
use crate::work::Work;

/// Notes that somebody wrote in it.
pub(super) fn wrote(one: &mut Announcement, by: &StaffId) {
    if one.by != *by && !one.writers.contains(by) {
        one.writers.push(by.clone());
    }
}

/// What a second person is asked to put their name to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The hash of what is to be looked at, see [`approval::hash`].
    pub hash: String,
    /// The text that is proposed for what has gone out; `None` when the announcement itself is to be approved.
    pub proposal: Option<Wording>,
    /// Whether this staff member is a second person.
    pub is_second: bool,
}

/// What a second person is asked for now, as `by` sees it; `None` when nobody is.
///
/// # Errors
/// When the database fails.
pub async fn wanted(work: &mut Work, one: &Announcement, by: &StaffId) -> Result<Option<Wanted>, StoreError> {
    let proposal =
        one.proposal.as_ref().filter(|_| matches!(one.state, State::Sent | State::Stopped | State::Expired));
    if let Some(proposal) = proposal {
        let hash = approval::hash(work, one).await?;
        let is_second = proposal.by != *by;
        return Ok(Some(Wanted { hash, proposal: Some(proposal.wording.clone()), is_second }));
    }
    if !one.state.is_open() || acts::ready(one).is_err() || approval::of(work, one).await?.is_fine() {
        return Ok(None);
    }
    let hash = approval::hash(work, one).await?;
    Ok(Some(Wanted { hash, proposal: None, is_second: approval::is_second(one, by) }))
}

/// Approves what is to go out, or the text that is proposed for what has. `seen` is the hash of what the second person
/// looked at, or its first eight digits or more: what was changed since is not approved.
///
/// # Errors
/// A sentence when nothing needs it, it is their own, it was changed meanwhile, or it is too late.
pub async fn approve(work: &mut Work, no: AnnouncementNo, seen: &str, by: &StaffId) -> Result<Announcement> {
    let mut one = load(work, no).await?;
    let proposal =
        one.proposal.clone().filter(|_| matches!(one.state, State::Sent | State::Stopped | State::Expired));
    let hash = approval::hash(work, &one).await?;
    let was_seen = seen.len() >= CODE_CHARS && hash.starts_with(&seen.to_lowercase());
    if let Some(proposal) = proposal {
        if proposal.by == *by {
            return Err(Text::new("announcement-approve-own").into());
        }
        if !was_seen {
            return Err(Text::new("announcement-changed-meanwhile").into());
        }
        wrote(&mut one, &proposal.by);
        edit::edit_now(work, &mut one, proposal.wording, by).await?;
        return Ok(one);
    }
    if !one.state.is_open() {
        return Err(text!("announcement-not-now", state = one.state.name()).into());
    }
    acts::ready(&one)?;
    match approval::of(work, &one).await? {
        // Somebody else was first.
        Standing::Given(_) => return Ok(one),
        Standing::NotNeeded => return Err(Text::new("announcement-approve-not-needed").into()),
        Standing::Missing(_) | Standing::Changed(_) | Standing::Grown { .. } => {}
    }
    if !approval::is_second(&one, by) {
        return Err(Text::new("announcement-approve-own").into());
    }
    if !was_seen {
        return Err(Text::new("announcement-changed-meanwhile").into());
    }
    let size = match &one.audience {
        Some(audience) => approval::size(work, audience).await?,
        None => 0,
    };
    let detail = format!("{} {size}", approval::code(&hash));
    one.approval = Some(Approval { by: by.clone(), at_ms: work.now_ms, hash, size });
    announcement::put(work.tx().await?, &one).await?;
    work.audit_staff(by, "announcement.approve", no, Some(detail)).await?;
    series::approved(work, &one, by).await?;
    Ok(one)
}

/// Its time has come and it may not go: it is a draft again, and the staff hear of it.
pub(super) async fn not_approved(work: &mut Work, one: &mut Announcement, standing: &Standing) -> Result<()> {
    if !apply::apply(work, one, Input::NotApproved, None).await? {
        return Ok(());
    }
    work.audit_by(None, "announcement.not_approved", one.no, None).await?;
    let late = text!("announcement-not-approved", no = one.no.to_string());
    let why = approval::said(work, standing);
    report::tell_staff(work, one, &[late, why], Vec::new()).await
}

/// Whether a new text for what has gone out is for a second person to decide: by how many copies stand.
pub(super) async fn edit_needs_second(work: &mut Work, one: &Announcement) -> Result<bool> {
    let Some(audience) = &one.audience else { return Ok(false) };
    let counts = Counts::of(work, &one.no.to_string()).await?;
    Ok(approval::need(work, audience, counts.in_states(&CopyState::STANDING)).await?.is_some())
}

/// Keeps a new text until a second person approves it. A later one takes its place.
pub(super) async fn propose(
    work: &mut Work,
    one: &mut Announcement,
    wording: Wording,
    by: &StaffId,
) -> Result<()> {
    one.proposal = Some(Proposal { by: by.clone(), at_ms: work.now_ms, wording });
    announcement::put(work.tx().await?, one).await?;
    work.audit_staff(by, "announcement.propose", one.no, None).await?;
    Ok(())
}
