//! How a test runs: it is dealt when the audience is frozen, its time begins when the last of its copies is settled, and then the rule
//! decides. Who is in no test waits as who sleeps does: by the time from which on their zone is open.

use super::judge::{dealt, judge};
use super::{Tally, Verdict, Why, card, is_open, variant_name};
use crate::error::Result;
use crate::features::announcement::apply::arm_step;
use crate::features::announcement::{Announcement, Measure, State};
use crate::ids::StaffId;
use crate::store::{StoreError, announcement, delivery as copies};
use crate::work::Work;

/// How many recipients are dealt at once.
const DEALT_AT_ONCE: i64 = 5_000;

/// Deals the texts to an audience that was just frozen.
pub(in crate::features::announcement) async fn begin(
    work: &mut Work,
    one: &Announcement,
) -> Result<(), StoreError> {
    let Some(variants) = &one.variants else { return Ok(()) };
    let (push, mut after) = (one.no.to_string(), String::new());
    loop {
        let page = copies::to_deal(work.tx().await?, &push, &after, DEALT_AT_ONCE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after.clone_from(last);
        let mut hands = vec![Vec::new(); variants.count()];
        for recipient in &page {
            if let Some(n) = dealt(one.no, recipient, variants.rule.share, variants.count()) {
                hands[n].push(recipient.as_str());
            }
        }
        for (n, hand) in (0_i64..).zip(&hands).filter(|(_, hand)| !hand.is_empty()) {
            copies::deal(work.tx().await?, &push, hand, n).await?;
        }
    }
}

/// From when on who is in no test may get it, unix milliseconds; `None` where they wait for no test. Until it is known when the
/// test ends that is as early as it may be, and reckoned anew with each step.
pub(in crate::features::announcement) fn rest_from_ms(one: &Announcement, now_ms: i64) -> Option<i64> {
    let variants = one.variants.as_ref().filter(|_| is_open(one))?;
    Some(variants.decides_at_ms.unwrap_or(now_ms.saturating_add(variants.rule.wait_ms)))
}

/// When the rule decides, unix milliseconds, if that is known and still to come.
pub(in crate::features::announcement) fn decides_ms(one: &Announcement) -> Option<i64> {
    one.variants.as_ref().filter(|_| is_open(one))?.decides_at_ms
}

/// Begins the waiting time of a test whose copies are all settled, and when that is over, decides. Pausing holds the decision back.
pub(in crate::features::announcement) async fn go_on(work: &mut Work, one: &mut Announcement) -> Result<()> {
    if !is_open(one) {
        return Ok(());
    }
    let push = one.no.to_string();
    let Some(variants) = &mut one.variants else { return Ok(()) };
    if variants.decides_at_ms.is_none() {
        if copies::is_tested(work.tx().await?, &push).await? {
            return Ok(());
        }
        variants.decides_at_ms = Some(work.now_ms.saturating_add(variants.rule.wait_ms));
        announcement::put(work.tx().await?, one).await?;
        return Ok(());
    }
    if variants.decides_at_ms > Some(work.now_ms) || one.state != State::Sending {
        return Ok(());
    }
    let least = work.hall.features.config().announcements.test_least;
    let (winner, why) = judge(&standings(work, one).await?, least);
    decided(work, one, (winner, why), None).await?;
    work.audit_by(None, "announcement.winner", one.no, Some(variant_name(winner).to_owned())).await?;
    card::report(work, one).await
}

/// Notes which text goes to the rest, with how all stood then.
pub(super) async fn decided(
    work: &mut Work,
    one: &mut Announcement,
    (winner, why): (usize, Why),
    by: Option<&StaffId>,
) -> Result<(), StoreError> {
    let tallies = standings(work, one).await?;
    let at_ms = work.now_ms;
    if let Some(variants) = &mut one.variants {
        variants.verdict = Some(Verdict { winner, why, by: by.cloned(), at_ms, tallies });
    }
    announcement::put(work.tx().await?, one).await
}

/// Copies were settled: where they were the last of the test, its time begins.
pub(in crate::features::announcement) async fn settled(work: &mut Work, one: &Announcement) -> Result<()> {
    let waits = one.variants.as_ref().is_some_and(|variants| variants.decides_at_ms.is_none());
    if !waits || !is_open(one) {
        return Ok(());
    }
    let push = one.no.to_string();
    if copies::is_tested(work.tx().await?, &push).await? { Ok(()) } else { arm_step(work, &push).await }
}

/// How the texts of a test stand now, in their order; none where there is no test.
///
/// # Errors
/// When the database fails.
pub async fn standings(work: &mut Work, one: &Announcement) -> Result<Vec<Tally>, StoreError> {
    let Some(variants) = &one.variants else { return Ok(Vec::new()) };
    let mut all = vec![Tally::default(); variants.count()];
    for arrived in copies::tested(work.tx().await?, &one.no.to_string()).await? {
        let hits = match variants.rule.measure {
            Measure::Clicks => arrived.clicked,
            Measure::Receipts => arrived.acknowledged,
            Measure::Reactions => arrived.reacted,
        };
        if let Some(tally) = usize::try_from(arrived.variant).ok().and_then(|n| all.get_mut(n)) {
            *tally = Tally { sent: arrived.copies, hits };
        }
    }
    Ok(all)
}
