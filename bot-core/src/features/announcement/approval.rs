//! Four eyes: what goes to many, or to whom the house watches over, is approved by somebody who did not write it.

use serde::{Deserialize, Serialize};

use super::config::Watched;
use super::{Announcement, State, picture, series};
use crate::digest::sha256;
use crate::error::Result;
use crate::features::segment::{Audience, Ways};
use crate::features::wording::Wording;
use crate::ids::StaffId;
use crate::store::{StoreError, segment};
use crate::text;
use crate::texts::{Moment, Text};
use crate::work::Work;

/// How many digits of a hash are shown and typed.
pub(super) const CODE_CHARS: usize = 8;
/// How many times as many may get it as when it was approved.
const GROWTH_MAX: i64 = 2;

/// What a second person put their name to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who.
    pub by: StaffId,
    /// When, unix milliseconds.
    pub at_ms: i64,
    /// The hash of content and audience, see [`hash`].
    pub hash: String,
    /// How many would have got it then.
    pub size: i64,
}

/// Another text for what has gone out, that a second person has to approve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Who proposes it.
    pub by: StaffId,
    /// When, unix milliseconds.
    pub at_ms: i64,
    /// The text.
    pub wording: Wording,
}

/// Why a second person is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// It goes to so many.
    Size {
        /// How many get it.
        size: i64,
        /// From how many on a second person is needed.
        from: i64,
    },
    /// Somebody gets it whom the house watches over.
    Segment(Watched),
}

/// How an announcement stands with its second person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It may go.
    NotNeeded,
    /// It may go: this was approved.
    Given(Approval),
    /// Nobody has approved it.
    Missing(Need),
    /// It was changed after it was approved.
    Changed(Approval),
    /// It was approved for far fewer.
    Grown {
        /// What was approved.
        approval: Approval,
        /// How many would get it now.
        size: i64,
    },
}

impl Standing {
    /// Whether it may go out.
    pub fn is_fine(&self) -> bool {
        matches!(self, Self::NotNeeded | Self::Given(_))
    }
}

/// Decides how an announcement stands: `need` as of now, the approval that was given, the hash and the size as of now.
pub(super) fn standing(need: Option<Need>, approval: Option<&Approval>, hash: &str, size: i64) -> Standing {
    let Some(need) = need else { return Standing::NotNeeded };
    match approval.cloned() {
        None => Standing::Missing(need),
        Some(approval) if approval.hash != hash => Standing::Changed(approval),
        Some(approval) if size > approval.size.saturating_mul(GROWTH_MAX) => {
            Standing::Grown { approval, size }
        }
        Some(approval) => Standing::Given(approval),
    }
}

/// Whether somebody is a second person: the author is none, nor is who wrote in it since.
pub(super) fn is_second(one: &Announcement, staff: &StaffId) -> bool {
    one.by != *staff && !one.writers.contains(staff)
}

/// The SHA-256 of what goes out and to whom: both languages, files, whether it is pinned, asks for a receipt and counts clicks, its variants with their rule, how it repeats, the audience's definition and how
/// often it was changed. Its time is no part of it.
///
/// # Errors
/// When the database fails.
pub async fn hash(work: &mut Work, one: &Announcement) -> Result<String, StoreError> {
    let files = picture::files(work, one.no).await?;
    let content = (one.no, &one.wording, &files, one.pin, &one.audience, one.version, &one.proposal);
    let mut content =
        serde_json::to_vec(&content).map_err(|error| StoreError::unreadable("announcement", error))?;
    if one.ack {
        // Behind the rest, so that what was approved before there was such a button stays so.
        content.extend_from_slice(b" ack");
    }
    if one.timing.loud {
        content.extend_from_slice(b" loud");
    }
    if one.clicks {
        content.extend_from_slice(b" clicks");
    }
    if let Some(variants) = &one.variants {
        content.extend_from_slice(b" variants ");
        let variants = serde_json::to_vec(&variants.approved());
        content.extend(variants.map_err(|error| StoreError::unreadable("announcement", error))?);
    }
    if let Some(series) = series::of(work, one.no).await? {
        content.extend_from_slice(b" repeat ");
        content.extend_from_slice(series::rule_typed(&series.rule).as_bytes());
    }
    Ok(sha256(content))
}

/// How an announcement that has not gone out stands with its second person now.
///
/// # Errors
/// When the database fails.
pub async fn of(work: &mut Work, one: &Announcement) -> Result<Standing, StoreError> {
    let Some(audience) = &one.audience else { return Ok(Standing::NotNeeded) };
    let config = work.hall.features.config().announcements.clone();
    if config.asks_nobody() {
        return Ok(Standing::NotNeeded);
    }
    let size = size(work, audience).await?;
    let need = need(work, audience, size).await?;
    let hash = hash(work, one).await?;
    Ok(standing(need, one.approval.as_ref(), &hash, size))
}

/// Why a second person is needed for this many of an audience; `None` when nobody is.
///
/// # Errors
/// When the database fails.
pub(super) async fn need(
    work: &mut Work,
    audience: &Audience,
    size: i64,
) -> Result<Option<Need>, StoreError> {
    let config = work.hall.features.config().announcements.clone();
    let from = config.approve_from;
    if from > 0 && size >= from {
        return Ok(Some(Need::Size { size, from }));
    }
    for watched in config.watched() {
        if let Some(among) = watched.among(audience)
            && self::size(work, &among).await? > 0
        {
            return Ok(Some(Need::Segment(watched)));
        }
    }
    Ok(None)
}

/// How many of an audience can be written to now.
pub(super) async fn size(work: &mut Work, audience: &Audience) -> Result<i64, StoreError> {
    let ways = Ways::of(&work.hall, audience);
    let shares = segment::summary(work.tx().await?, &ways.filter(audience)).await?;
    Ok(shares.iter().filter(|share| share.reason.is_none()).map(|share| share.recipients).sum())
}

/// Refuses what may not go out yet, in one sentence.
///
/// # Errors
/// That sentence.
pub(super) async fn check(work: &mut Work, one: &Announcement) -> Result<()> {
    match of(work, one).await? {
        fine if fine.is_fine() => Ok(()),
        standing => Err(said(work, &standing).into()),
    }
}

/// The beginning of a hash that stands for it on a card and behind a command.
pub(super) fn code(hash: &str) -> &str {
    hash.get(..CODE_CHARS).unwrap_or(hash)
}

/// Lines for a card.
///
/// # Errors
/// When the database fails.
pub(super) async fn lines(work: &mut Work, one: &Announcement) -> Result<Vec<Text>, StoreError> {
    if let Some(proposal) = &one.proposal {
        let hash = hash(work, one).await?;
        let no = one.no.to_string();
        return Ok(vec![
            text!("announcement-proposed", name = name(work, &proposal.by)),
            text!("announcement-approve-typed", no = no, code = code(&hash)),
        ]);
    }
    if !one.state.is_open() {
        return Ok(Vec::new());
    }
    let standing = of(work, one).await?;
    if standing == Standing::NotNeeded {
        return Ok(Vec::new());
    }
    let mut lines = vec![said(work, &standing)];
    if !standing.is_fine() {
        let hash = hash(work, one).await?;
        lines.push(text!("announcement-approve-typed", no = one.no.to_string(), code = code(&hash)));
        if one.state == State::Scheduled {
            lines.push(Text::new("announcement-approve-before"));
        }
    }
    Ok(lines)
}

fn name(work: &Work, by: &StaffId) -> String {
    work.hall.roster.load().get(by).map_or_else(|| by.to_string(), |staff| staff.name.clone())
}

/// How it stands, as a sentence.
pub(super) fn said(work: &Work, standing: &Standing) -> Text {
    match standing {
        Standing::NotNeeded => Text::new("announcement-approve-not-needed"),
        Standing::Given(approval) => text!(
            "announcement-approved-by",
            name = name(work, &approval.by),
            when = Moment { at_ms: approval.at_ms },
            code = code(&approval.hash)
        ),
        Standing::Missing(Need::Size { size, from }) => {
            text!("announcement-approve-size", count = *size, from = *from)
        }
        Standing::Missing(Need::Segment(watched)) => {
            text!("announcement-approve-segment", segment = watched.to_string())
        }
        Standing::Changed(approval) => text!("announcement-approve-changed", name = name(work, &approval.by)),
        Standing::Grown { approval, size } => {
            text!(
                "announcement-approve-grown",
                name = name(work, &approval.by),
                was = approval.size,
                count = *size
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn approval(hash: &str, size: i64) -> Approval {
        Approval { by: "otto".into(), at_ms: 1, hash: hash.into(), size }
    }

    #[test]
    fn an_approval_is_good_for_what_was_seen_and_for_at_most_twice_as_many() {
        let need = || Some(Need::Size { size: 10, from: 10 });
        let given = approval("aa", 10);
        assert_eq!(standing(None, None, "aa", 10), Standing::NotNeeded);
        assert_eq!(standing(need(), None, "aa", 10), Standing::Missing(need().unwrap()));
        assert_eq!(standing(need(), Some(&given), "aa", 20), Standing::Given(given.clone()));
        assert_eq!(standing(need(), Some(&given), "ab", 10), Standing::Changed(given.clone()));
        let grown = Standing::Grown { approval: given.clone(), size: 21 };
        assert_eq!(standing(need(), Some(&given), "aa", 21), grown);
        assert!(!grown.is_fine() && Standing::NotNeeded.is_fine());
        assert_eq!(standing(None, Some(&given), "ab", 21), Standing::NotNeeded, "it goes to few now");
    }
}
