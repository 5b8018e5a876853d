//! What staff do with variants: write them, give the rule, choose the winner.

use super::{TEXTS_MAX, TestRule, Variants, Why, card, course, draft, is_open, usual_measure, variant_name};
use crate::error::Result;
use crate::features::announcement::apply::{apply, arm_step};
use crate::features::announcement::decide::Input;
use crate::features::announcement::{Announcement, click, four_eyes, load, series};
use crate::features::wording::Wording;
use crate::ids::{AnnouncementNo, StaffId};
use crate::store::announcement;
use crate::text;
use crate::texts::Text;
use crate::work::Work;

/// Puts these variants in the place of those that a draft has; `None` takes them away. A scheduled one is a draft again.
///
/// # Errors
/// A sentence when it went out already, or repeats.
pub async fn set_variants(
    work: &mut Work,
    no: AnnouncementNo,
    variants: Option<Variants>,
    by: &StaffId,
) -> Result<Announcement> {
    let mut one = load(work, no).await?;
    draft(&one)?;
    if variants.is_some() && series::of(work, no).await?.is_some() {
        return Err(Text::new("announcement-variants-repeat").into());
    }
    if variants.as_ref().is_some_and(|variants| variants.count() > TEXTS_MAX) {
        return Err(text!("announcement-variants-many", max = TEXTS_MAX).into());
    }
    apply(work, &mut one, Input::Change, Some(by)).await?;
    one.variants = variants.filter(|variants| !variants.others.is_empty());
    one.version += 1;
    four_eyes::wrote(&mut one, by);
    announcement::put(work.tx().await?, &one).await?;
    let detail = one.variants.as_ref().map(|variants| variant_name(variants.others.len()).to_owned());
    work.audit_staff(by, "announcement.variants", no, detail).await?;
    Ok(one)
}

/// Gives a draft another text, or changes the one that it has there; what is left out of a change stays. `n` is 1 for B.
pub(in crate::features::announcement) async fn put_text(
    work: &mut Work,
    no: AnnouncementNo,
    n: usize,
    wording: Wording,
    by: &StaffId,
) -> Result<Announcement> {
    let one = load(work, no).await?;
    let usual = || TestRule::by(usual_measure(click::can_count(&work.hall), &[&one.wording], one.ack));
    let mut variants = one.variants.unwrap_or_else(|| Variants::of(Vec::new(), usual()));
    match variants.others.get_mut(n.wrapping_sub(1)) {
        Some(text) => *text = text.clone().changed_by(wording),
        None => variants.others.push(wording),
    }
    set_variants(work, no, Some(variants), by).await
}

/// Takes one text away from a draft, those behind it move up; `None` takes all away.
pub(in crate::features::announcement) async fn take_away(
    work: &mut Work,
    no: AnnouncementNo,
    n: Option<usize>,
    by: &StaffId,
) -> Result<Announcement> {
    let one = load(work, no).await?;
    let Some(mut variants) = one.variants else { return Err(Text::new("announcement-variants-none").into()) };
    let Some(n) = n else { return set_variants(work, no, None, by).await };
    if n == 0 || n >= variants.count() {
        return Err(unknown(n));
    }
    variants.others.remove(n - 1);
    set_variants(work, no, Some(variants), by).await
}

/// Says how the texts of a draft are tested, in words such as `20% clicks 4h`; what is left out stays.
///
/// # Errors
/// A sentence when it has no variants, went out already, or the words say no such rule.
pub async fn set_rule(
    work: &mut Work,
    no: AnnouncementNo,
    typed: &str,
    by: &StaffId,
) -> Result<Announcement> {
    let one = load(work, no).await?;
    let Some(mut variants) = one.variants else { return Err(Text::new("announcement-variants-none").into()) };
    variants.rule = variants.rule.parse(typed)?;
    set_variants(work, no, Some(variants), by).await
}

fn unknown(n: usize) -> crate::error::FeatureError {
    text!("announcement-variant-unknown", variant = variant_name(n)).into()
}

/// Ends a test: this text goes to the rest, whatever the rule would say. `n` is 0 for A.
///
/// # Errors
/// A sentence when no test runs, or there is no such text.
pub async fn choose(work: &mut Work, no: AnnouncementNo, n: usize, by: &StaffId) -> Result<Announcement> {
    let mut one = load(work, no).await?;
    let Some(variants) = &one.variants else { return Err(Text::new("announcement-variants-none").into()) };
    match &variants.verdict {
        // Somebody pressed twice, or two the same.
        Some(verdict) if verdict.winner == n => return Ok(one),
        Some(verdict) => {
            let name = variant_name(verdict.winner);
            return Err(text!("announcement-variant-decided", variant = name).into());
        }
        None if !is_open(&one) => {
            return Err(text!("announcement-not-now", state = one.state.name()).into());
        }
        None if n >= variants.count() => return Err(unknown(n)),
        None => {}
    }
    course::decided(work, &mut one, (n, Why::Chosen), Some(by)).await?;
    work.audit_staff(by, "announcement.winner", no, Some(variant_name(n).to_owned())).await?;
    card::report(work, &one).await?;
    arm_step(work, &no.to_string()).await?;
    Ok(one)
}
