//! What staff see of a series: lines and buttons of its template, and a line in each sending.

use serde_json::json;

use super::{SeriesState, of, parse, store};
use crate::chat::{Button, Lang};
use crate::error::Result;
use crate::features::announcement::{Announcement, card, problems};
use crate::features::when::length;
use crate::store::StoreError;
use crate::store::announcement::series::Series;
use crate::text;
use crate::texts::Text;
use crate::work::Work;

/// How many of the coming times are shown.
const SHOWN: usize = 3;

/// The next times of a series, as clocks of its zone show them, and that zone's name.
pub fn next_times(work: &Work, series: &Series) -> (Vec<String>, String) {
    let hall = work.hall.texts.zone();
    let zone = series.rule.zone(hall);
    let say = |at_ms: i64| {
        let at = jiff::Timestamp::from_millisecond(at_ms).unwrap_or_default().to_zoned(zone.clone());
        at.strftime("%Y-%m-%d %H:%M").to_string()
    };
    let after_ms = series.next_ms.map_or(work.now_ms, |next_ms| next_ms - 1);
    let times = series.rule.next(hall, after_ms, SHOWN).into_iter().map(say).collect();
    let now = jiff::Timestamp::from_millisecond(work.now_ms).unwrap_or_default();
    let offset = || now.to_zoned(zone.clone()).strftime("UTC%:z").to_string();
    (times, zone.iana_name().map_or_else(offset, str::to_owned))
}

/// The rule and the next times of a series.
pub fn next_lines(work: &Work, series: &Series) -> Vec<Text> {
    let (times, zone) = next_times(work, series);
    let mut lines = vec![text!("announcement-repeat-rule", rule = parse::typed(&series.rule))];
    if times.is_empty() {
        lines.push(Text::new("announcement-repeat-none-left"));
    } else {
        lines.push(text!("announcement-repeat-next", times = times.join(" · "), named = zone));
    }
    if let Some(lives_ms) = series.lives_ms {
        lines.push(text!("announcement-repeat-lives", length = length(lives_ms)));
    }
    lines
}

/// What a card says of it.
pub(in crate::features::announcement) async fn lines(
    work: &mut Work,
    one: &Announcement,
) -> Result<Vec<Text>, StoreError> {
    if let Some(template) = one.series {
        return Ok(vec![text!("announcement-repeat-of", no = template.to_string())]);
    }
    let Some(series) = of(work, one.no).await? else { return Ok(Vec::new()) };
    let mut lines = next_lines(work, &series);
    let no = one.no.to_string();
    lines.extend(match series.state {
        SeriesState::Set => Some(text!("announcement-repeat-is-set", no = no)),
        SeriesState::Paused => Some(text!("announcement-repeat-is-paused", no = no)),
        SeriesState::Waiting => Some(text!("announcement-repeat-is-waiting", no = no)),
        SeriesState::Going | SeriesState::Ended => None,
    });
    if let Some(last) = store::made(work.tx().await?, one.no, 1).await?.first() {
        lines.push(text!("announcement-repeat-sent", count = series.sent, last = last.to_string()));
    }
    Ok(lines)
}

/// The buttons of a template in the place of those that send it; none where it does not repeat.
pub(in crate::features::announcement) async fn buttons(
    work: &mut Work,
    one: &Announcement,
    lang: Lang,
) -> Result<Vec<Button>> {
    let Some(series) = of(work, one.no).await? else { return Ok(Vec::new()) };
    let ready = problems(one).is_empty();
    let mut row = Vec::new();
    let first = match series.state {
        SeriesState::Going => Some(("pause", Text::new("announcement-do-repeat-pause"))),
        _ if ready => Some(("start", Text::new("announcement-do-repeat-start"))),
        _ => None,
    };
    for (what, label) in first.into_iter().chain([("end", Text::new("announcement-do-repeat-end"))]) {
        row.push(card::button(work, one, lang, "repeat", json!({ "what": what }), label).await?);
    }
    Ok(row)
}

/// Refuses to send or schedule what repeats: that goes out by its rule.
///
/// # Errors
/// That sentence.
pub(in crate::features::announcement) async fn refuse(work: &mut Work, one: &Announcement) -> Result<()> {
    match of(work, one.no).await? {
        Some(_) => Err(text!("announcement-repeat-instead", no = one.no.to_string()).into()),
        None => Ok(()),
    }
}
