//! What staff see of variants: how they will be tested, how each stands, who won.

use serde_json::json;

use super::judge::dealt;
use super::{Interval, Measure, TEXTS_MAX, Tally, Variants, Verdict, Why, is_open, standings, variant_name};
use crate::chat::{Button, Lang};
use crate::error::Result;
use crate::features::announcement::{Announcement, State, card, report as staff};
use crate::features::delivery::{Preview, Wait, wait_lines as wait_lines_by_zone};
use crate::features::when::length;
use crate::store::{StoreError, delivery as copies};
use crate::text;
use crate::texts::{Moment, Text};
use crate::work::Work;

/// The letters of its texts: `A, B`.
fn names(variants: &Variants) -> String {
    (0..variants.count()).map(variant_name).collect::<Vec<_>>().join(", ")
}

/// The rule in a sentence.
fn rule(work: &Work, variants: &Variants) -> Text {
    text!(
        "announcement-variants",
        names = names(variants),
        share = i64::from(variants.rule.share),
        measure = variants.rule.measure.name(),
        wait = length(variants.rule.wait_ms),
        least = work.hall.features.config().announcements.test_least
    )
}

/// What is to be known of them on a card.
pub(in crate::features::announcement) async fn lines(
    work: &mut Work,
    one: &Announcement,
) -> Result<Vec<Text>, StoreError> {
    let Some(variants) = &one.variants else { return Ok(Vec::new()) };
    let mut lines = vec![rule(work, variants)];
    if one.state.is_open() || one.state == State::Cancelled {
        return Ok(lines);
    }
    match (&variants.verdict, variants.decides_at_ms) {
        (Some(verdict), _) => lines.push(why(work, verdict)),
        (None, _) if !is_open(one) => lines.push(Text::new("announcement-test-undecided")),
        (None, Some(at_ms)) => lines.push(text!("announcement-test-until", when = Moment { at_ms })),
        (None, None) => lines.push(Text::new("announcement-test-goes-out")),
    }
    if variants.corrected {
        lines.push(Text::new("announcement-test-corrected"));
    }
    Ok(lines)
}

/// How each text stands, line by line, once something of it has gone out.
pub(in crate::features::announcement) async fn standing_lines(
    work: &mut Work,
    one: &Announcement,
) -> Result<Vec<Text>, StoreError> {
    if one.state.is_open() || one.state == State::Cancelled {
        return Ok(Vec::new());
    }
    let all = standings(work, one).await?;
    Ok(all.into_iter().enumerate().map(|(n, tally)| standing(n, tally)).collect())
}

fn standing(n: usize, tally: Tally) -> Text {
    match tally.interval() {
        Some(Interval { low_bp, high_bp }) => text!(
            "announcement-variant-standing",
            variant = variant_name(n),
            sent = tally.sent,
            hits = tally.hits,
            rate = percent(tally.rate_bp()),
            low = percent(low_bp),
            high = percent(high_bp)
        ),
        None => text!("announcement-variant-standing-none", variant = variant_name(n)),
    }
}

/// Why a text goes to the rest, as a sentence.
fn why(work: &Work, verdict: &Verdict) -> Text {
    let name = variant_name(verdict.winner);
    match (verdict.why, &verdict.by) {
        (Why::Better, _) => text!("announcement-verdict-better", variant = name),
        (Why::NoneBetter, _) => text!("announcement-verdict-none-better", variant = name),
        (Why::TooFew, _) => {
            let least = work.hall.features.config().announcements.test_least;
            text!("announcement-verdict-too-few", variant = name, least = least)
        }
        (Why::Chosen, by) => {
            let roster = work.hall.roster.load();
            let staff = by.as_ref().and_then(|by| roster.get(by)).map(|staff| staff.name.clone());
            text!("announcement-verdict-chosen", variant = name, name = staff.unwrap_or_default())
        }
    }
}

/// Hundredths of a percent as percent with one digit behind the point.
pub fn percent(bp: i64) -> String {
    let tenths = (bp + 5) / 10;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// Who waits: those outside of a test for its end, everybody else for their own time.
pub(in crate::features::announcement) fn wait_lines(
    work: &Work,
    one: &Announcement,
    waits: Vec<Wait>,
) -> Vec<Text> {
    let (rest, others): (Vec<Wait>, Vec<Wait>) =
        waits.into_iter().partition(|wait| is_open(one) && !wait.tested);
    let mut lines = wait_lines_by_zone(&others, work.hall.texts.zone());
    if !rest.is_empty() {
        let count: i64 = rest.iter().map(|wait| wait.count).sum();
        lines.push(text!("announcement-test-waits", count = count));
    }
    lines
}

/// To how many each text would go, before anything is sent; and when that is too few for the rule.
pub(in crate::features::announcement) fn preview_lines(
    work: &Work,
    one: &Announcement,
    preview: &Preview,
) -> Vec<Text> {
    let Some(variants) = &one.variants else { return Vec::new() };
    let tests = preview.reachable.saturating_mul(i64::from(variants.rule.share)) / 100;
    let each = tests / i64::try_from(variants.count()).unwrap_or(1).max(1);
    let least = work.hall.features.config().announcements.test_least;
    let mut lines = vec![text!("announcement-variants-each", each = each, rest = preview.reachable - tests)];
    if each < least {
        lines.push(text!("announcement-variants-few", least = least));
    }
    if variants.rule.measure == Measure::Reactions {
        let silent = preview.accounts.iter().filter(|account| account.no_reactions > 0);
        lines.extend(silent.map(|account| {
            text!(
                "announcement-variants-no-reactions",
                account = account.account.as_str(),
                count = account.no_reactions,
                all = account.recipients
            )
        }));
    }
    lines
}

/// How its texts would be tested, before anything is sent; nothing where it has but one.
pub fn outlook(work: &Work, one: &Announcement, preview: &Preview) -> Vec<Text> {
    let rule = one.variants.iter().map(|variants| rule(work, variants));
    let mut lines: Vec<Text> = rule.collect();
    if one.audience.is_some() {
        lines.extend(preview_lines(work, one, preview));
    }
    lines
}

/// Which text a recipient would test; `None` where they would get the winner.
pub fn tested_as(one: &Announcement, recipient: &str) -> Option<usize> {
    let variants = one.variants.as_ref()?;
    dealt(one.no, recipient, variants.rule.share, variants.count())
}

/// The buttons for them: another text for a draft, the winner while the test runs.
pub(in crate::features::announcement) async fn buttons(
    work: &mut Work,
    one: &Announcement,
    lang: Lang,
) -> Result<Vec<Button>> {
    let mut row = Vec::new();
    let count = one.variants.as_ref().map_or(1, Variants::count);
    if one.state.is_open() && count < TEXTS_MAX {
        let label = text!("announcement-do-variant", variant = variant_name(count));
        row.push(card::button(work, one, lang, "change", json!({ "what": "variant" }), label).await?);
    }
    if is_open(one) {
        for n in 0..count {
            let label = text!("announcement-do-winner", variant = variant_name(n));
            row.push(card::button(work, one, lang, "winner", json!({ "variant": n }), label).await?);
        }
    }
    Ok(row)
}

/// Tells the staff how the test ended, and what goes to the rest.
pub(super) async fn report(work: &mut Work, one: &Announcement) -> Result<()> {
    let Some(verdict) = one.variants.as_ref().and_then(|variants| variants.verdict.as_ref()) else {
        return Ok(());
    };
    let rest = copies::rest(work.tx().await?, &one.no.to_string()).await?;
    let name = variant_name(verdict.winner);
    let mut said =
        vec![text!("announcement-test-over", no = one.no.to_string(), variant = name, count = rest)];
    said.push(why(work, verdict));
    said.extend(verdict.tallies.iter().enumerate().map(|(n, tally)| standing(n, *tally)));
    staff::tell_staff(work, one, &said, Vec::new()).await
}
