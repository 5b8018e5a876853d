//! At which hours of its recipients a push goes out: not in their night, and where that is wanted at a time of their own
//! clocks.
//!
//! Each zone of a push has one row that says from when on it is open, so that a hundred thousand who sleep are one
//! number. Whatever waits, one timer wakes the push when the next zone opens or shuts.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::civil::{DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan as _};

use super::{Preview, STEP, kept};
use crate::chat::AccountId;
use crate::features::segment::{Audience, Ways};
use crate::store::{StoreError, delivery};
use crate::text;
use crate::texts::Text;
use crate::work::Work;

/// How many zones are named one by one.
const NAMED: usize = 5;

/// Hours of the day, every day, in which nothing is pushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    from: Time,
    until: Time,
}

/// When a push may go out, by the clocks of its recipients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hours {
    /// Not in these hours.
    pub quiet: Option<Quiet>,
    /// Not before this time.
    pub local: Option<DateTime>,
    /// Not before this moment to who is in no test, unix milliseconds; `None` where nobody waits for the end of one.
    pub rest_from_ms: Option<i64>,
}

/// Some who wait for their time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Their zone, an IANA name; empty for the hall's.
    pub zone: String,
    /// Whether they are in a test.
    pub tested: bool,
    /// Until when, unix milliseconds.
    pub until_ms: i64,
    /// How many.
    pub count: i64,
}

/// How a push stands with its hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turned {
    /// Whether there is more to be taken out of the outbox.
    pub more: bool,
    /// When the next zone opens or shuts, unix milliseconds.
    pub next_ms: Option<i64>,
}

impl Quiet {
    /// Reads `22:00-08:00`.
    pub fn parse(line: &str) -> Option<Self> {
        let (from, until) = line.split_once(['-', '–'])?;
        let time = |text: &str| {
            let (hour, minute) = text.trim().split_once(':')?;
            Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
        };
        let (from, until) = (time(from)?, time(until)?);
        (from != until).then_some(Self { from, until })
    }

    fn holds(self, time: Time) -> bool {
        if self.from < self.until {
            (self.from..self.until).contains(&time)
        } else {
            time >= self.from || time < self.until
        }
    }
}

impl fmt::Display for Quiet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from.strftime("%H:%M"), self.until.strftime("%H:%M"))
    }
}

/// The moments at which clocks of a zone show a time: two where they are set back over it. Where they skip it, the first
/// moment after. Unix milliseconds.
fn moments(zone: &TimeZone, there: DateTime) -> Vec<i64> {
    let ambiguous = zone.to_ambiguous_timestamp(there);
    let at = |offset: jiff::tz::Offset| offset.to_timestamp(there).ok();
    let found = match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { offset } => vec![at(offset)],
        AmbiguousOffset::Fold { before, after } => vec![at(before), at(after)],
        AmbiguousOffset::Gap { before: _, after } => {
            // Read by the later offset it lies before the clocks are moved.
            vec![at(after).and_then(|early| Some(zone.following(early).next()?.timestamp()))]
        }
    };
    found.into_iter().flatten().map(Timestamp::as_millisecond).collect()
}

/// The moment at which clocks of a zone show a time, the first where there are two, the first moment after it where they
/// skip it. Unix milliseconds; `None` beyond the end of time.
pub fn moment(zone: &TimeZone, there: DateTime) -> Option<i64> {
    moments(zone, there).first().copied()
}

/// The next moment after `after_ms` at which clocks of a zone show a time of day.
fn next(zone: &TimeZone, time: Time, after_ms: i64) -> Option<i64> {
    let today = Timestamp::from_millisecond(after_ms).ok()?.to_zoned(zone.clone()).date();
    (0..=2).find_map(|days| {
        let day = today.checked_add(i64::from(days).days()).ok()?;
        let mut all = moments(zone, DateTime::from_parts(day, time));
        all.retain(|at_ms| *at_ms > after_ms);
        all.first().copied()
    })
}

impl Hours {
    /// Whether it goes out at any time.
    pub fn is_any(&self) -> bool {
        self.quiet.is_none() && self.local.is_none() && self.rest_from_ms.is_none()
    }

    /// From when on a copy may go out in a zone that is to go out now or later, unix milliseconds; `now_ms` where it may now.
    pub fn opens_at_ms(&self, zone: &TimeZone, now_ms: i64) -> i64 {
        let from_ms = self.local.and_then(|there| moment(zone, there)).unwrap_or(now_ms).max(now_ms);
        let Some(quiet) = self.quiet else { return from_ms };
        let Ok(from) = Timestamp::from_millisecond(from_ms) else { return from_ms };
        if quiet.holds(from.to_zoned(zone.clone()).time()) {
            next(zone, quiet.until, from_ms).unwrap_or(from_ms)
        } else {
            from_ms
        }
    }

    /// When a zone that is open shuts next, unix milliseconds.
    fn shuts_at_ms(&self, zone: &TimeZone, now_ms: i64) -> Option<i64> {
        next(zone, self.quiet?.from, now_ms)
    }
}

/// A zone by its name; the hall's where it is empty or there is none of that name any more.
fn zone_named(work: &Work, name: &str) -> TimeZone {
    let own = if name.is_empty() { None } else { TimeZone::get(name).ok() };
    own.unwrap_or_else(|| work.hall.texts.zone().clone())
}

/// Sees to it that a push that was just frozen keeps hours: notes where its recipients are.
///
/// # Errors
/// When the database fails.
pub async fn keep_hours(work: &mut Work, push: &str, hours: &Hours) -> Result<(), StoreError> {
    if hours.is_any() {
        return Ok(());
    }
    delivery::place(work.tx().await?, push).await?;
    turn(work, push, hours).await.map(|_| ())
}

/// Opens and shuts the zones of a push as it is time for, and takes what waits in the outbox for zones that are shut out
/// of it, [`STEP`] copies at a time.
///
/// # Errors
/// When the database fails.
pub async fn turn(work: &mut Work, push: &str, hours: &Hours) -> Result<Turned, StoreError> {
    let now_ms = work.now_ms;
    let zones = delivery::zones(work.tx().await?, push).await?;
    let (mut next_ms, mut shut) = (None::<i64>, false);
    for (name, tested, was_ms) in zones {
        let zone = zone_named(work, &name);
        let from_ms = hours.rest_from_ms.filter(|_| !tested).unwrap_or(now_ms).max(now_ms);
        let opens_ms = hours.opens_at_ms(&zone, from_ms);
        let is_open = opens_ms <= now_ms;
        let kept_ms = if is_open { 0 } else { opens_ms };
        if kept_ms != was_ms {
            delivery::set_opens(work.tx().await?, push, (&name, tested), kept_ms).await?;
        }
        shut |= !is_open;
        let wakes = if is_open { hours.shuts_at_ms(&zone, now_ms) } else { Some(opens_ms) };
        next_ms = [next_ms, wakes].into_iter().flatten().min();
    }
    let more = shut && delivery::withdraw_shut(work.tx().await?, push, STEP, now_ms).await?;
    Ok(Turned { more, next_ms })
}

/// Who waits of a push that is on its way, the earliest first.
///
/// # Errors
/// When the database fails.
pub async fn waits(work: &mut Work, push: &str) -> Result<Vec<Wait>, StoreError> {
    let now_ms = work.now_ms;
    let all = delivery::waits(work.tx().await?, push, now_ms).await?;
    let wait = |one: delivery::Waiting| {
        let delivery::Waiting { zone, tested, opens_at_ms, copies } = one;
        Wait { zone, tested, until_ms: opens_at_ms, count: copies }
    };
    Ok(all.into_iter().map(wait).collect())
}

/// The zones in which somebody of an audience can be written to; empty for the hall's.
///
/// # Errors
/// When the database fails.
pub async fn zones_of(work: &mut Work, audience: &Audience) -> Result<BTreeSet<String>, StoreError> {
    let ways = Ways::of(&work.hall, audience);
    let shares = delivery::zone_shares(work.tx().await?, &ways.filter(audience)).await?;
    Ok(shares.into_iter().map(|share| share.zone.unwrap_or_default()).collect())
}

/// When clocks of a zone, empty for the hall's, show a time first; unix milliseconds.
pub fn moment_in(work: &Work, zone: &str, there: DateTime) -> Option<i64> {
    moment(&zone_named(work, zone), there)
}

/// Says in a preview who would wait if it was sent at `start_ms`, and until when the last would have it.
///
/// # Errors
/// When the database fails.
pub async fn look_at_hours(
    work: &mut Work,
    audience: &Audience,
    hours: &Hours,
    start_ms: i64,
    preview: &mut Preview,
) -> Result<(), StoreError> {
    if hours.is_any() {
        return Ok(());
    }
    let ways = Ways::of(&work.hall, audience);
    let (hall, now_ms) = (std::sync::Arc::clone(&work.hall), work.now_ms);
    let (shares, at_ms) = kept::zones(&hall, work.tx().await?, &ways.filter(audience), now_ms).await?;
    preview.counted_at_ms = [preview.counted_at_ms, at_ms].into_iter().flatten().min();
    let mut waits: BTreeMap<(i64, String), i64> = BTreeMap::new();
    let mut on_account: BTreeMap<AccountId, BTreeMap<i64, i64>> = BTreeMap::new();
    for share in shares.iter() {
        let zone = share.zone.clone().unwrap_or_default();
        let opens_ms = hours.opens_at_ms(&zone_named(work, &zone), start_ms);
        if opens_ms > start_ms {
            *waits.entry((opens_ms, zone)).or_default() += share.recipients;
        }
        if let Some(account) = share.account.clone() {
            *on_account.entry(account).or_default().entry(opens_ms).or_default() += share.recipients;
        }
    }
    preview.waits = waits
        .into_iter()
        .map(|((until_ms, zone), count)| Wait { zone, tested: false, until_ms, count })
        .collect();
    for account in &preview.accounts {
        let Some(parts) = on_account.get(&account.account) else { continue };
        let mut busy_until_ms = start_ms;
        for (opens_ms, count) in parts {
            let takes_ms = account.takes_ms.saturating_mul(*count) / account.recipients.max(1);
            busy_until_ms = busy_until_ms.max(*opens_ms).saturating_add(takes_ms);
        }
        preview.last_after_ms = preview.last_after_ms.max(busy_until_ms - start_ms);
    }
    Ok(())
}

impl Wait {
    /// It in words; `hall` is the hall's zone.
    fn words(&self, hall: &TimeZone) -> Text {
        let own = if self.zone.is_empty() { None } else { TimeZone::get(&self.zone).ok() };
        let zone = own.unwrap_or_else(|| hall.clone());
        let name = zone.iana_name().unwrap_or("UTC").to_owned();
        let at = Timestamp::from_millisecond(self.until_ms).unwrap_or_default().to_zoned(zone);
        let when = at.strftime("%m-%d %H:%M").to_string();
        text!("delivery-waits", count = self.count, when = when, named = name)
    }

    /// Why a copy has not gone out, for its line in a ledger.
    pub fn why(&self, hall: &TimeZone) -> Text {
        let own = if self.zone.is_empty() { None } else { TimeZone::get(&self.zone).ok() };
        let zone = own.unwrap_or_else(|| hall.clone());
        let name = zone.iana_name().unwrap_or("UTC").to_owned();
        let at = Timestamp::from_millisecond(self.until_ms).unwrap_or_default().to_zoned(zone);
        text!("delivery-waits-until", when = at.strftime("%m-%d %H:%M").to_string(), named = name)
    }
}

/// Who waits, zone by zone, and the rest in one line; `hall` is the hall's zone.
pub fn wait_lines(waits: &[Wait], hall: &TimeZone) -> Vec<Text> {
    let (named, rest) = waits.split_at(waits.len().min(NAMED));
    let mut lines: Vec<Text> = named.iter().map(|wait| wait.words(hall)).collect();
    if !rest.is_empty() {
        let count: i64 = rest.iter().map(|wait| wait.count).sum();
        lines.push(text!("delivery-waits-more", count = count, zones = rest.len()));
    }
    lines
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn utc(year: i16, month: i8, day: i8, hour: i8, minute: i8) -> i64 {
        moment(&TimeZone::UTC, date(year, month, day).at(hour, minute, 0, 0)).unwrap()
    }

    fn quiet(line: &str) -> Hours {
        Hours { quiet: Some(Quiet::parse(line).unwrap()), ..Hours::default() }
    }

    #[test]
    fn quiet_hours_are_read() {
        assert_eq!(Quiet::parse(" 22:00 - 08:00 ").unwrap().to_string(), "22:00-08:00");
        for wrong in ["", "22-8", "22:00", "22:00-22:00", "24:00-08:00", "22:00-08:60", "a:b-c:d"] {
            assert_eq!(Quiet::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn who_sleeps_waits_for_their_own_morning() {
        let night = quiet("22:00-08:00");
        let now_ms = utc(2026, 11, 21, 15, 0);
        // 23:00 in Shanghai, 16:00 in Berlin, 07:00 in Los Angeles.
        assert_eq!(night.opens_at_ms(&zone("Asia/Shanghai"), now_ms), utc(2026, 11, 22, 0, 0));
        assert_eq!(night.opens_at_ms(&zone("Europe/Berlin"), now_ms), now_ms);
        assert_eq!(night.opens_at_ms(&zone("America/Los_Angeles"), now_ms), utc(2026, 11, 21, 16, 0));
        assert_eq!(night.shuts_at_ms(&zone("Europe/Berlin"), now_ms), Some(utc(2026, 11, 21, 21, 0)));
        let noon = quiet("12:00-14:00");
        assert_eq!(noon.opens_at_ms(&TimeZone::UTC, utc(2026, 1, 1, 13, 59)), utc(2026, 1, 1, 14, 0));
        assert_eq!(noon.opens_at_ms(&TimeZone::UTC, utc(2026, 1, 1, 14, 0)), utc(2026, 1, 1, 14, 0));
    }

    #[test]
    fn a_time_that_the_clocks_skip_is_the_first_moment_after_and_one_that_comes_twice_is_the_first() {
        let berlin = zone("Europe/Berlin");
        let local = |day: DateTime| Hours { local: Some(day), ..Hours::default() };
        let skipped = local(date(2027, 3, 28).at(2, 30, 0, 0));
        assert_eq!(skipped.opens_at_ms(&berlin, 0), utc(2027, 3, 28, 1, 0), "03:00 there");
        let twice = local(date(2027, 10, 31).at(2, 30, 0, 0));
        assert_eq!(twice.opens_at_ms(&berlin, 0), utc(2027, 10, 31, 0, 30), "the first of the two");
        let after_ms = utc(2027, 10, 31, 0, 31);
        assert_eq!(twice.opens_at_ms(&berlin, after_ms), after_ms, "it was open by then: it goes out once");
        // The night ends at a time that the clocks skip, and at one that comes twice.
        let night = quiet("22:00-02:30");
        assert_eq!(night.opens_at_ms(&berlin, utc(2027, 3, 28, 0, 0)), utc(2027, 3, 28, 1, 0));
        assert_eq!(night.opens_at_ms(&berlin, utc(2027, 10, 31, 0, 0)), utc(2027, 10, 31, 0, 30));
        assert_eq!(night.opens_at_ms(&berlin, utc(2027, 10, 31, 1, 15)), utc(2027, 10, 31, 1, 30));
    }

    #[test]
    fn a_time_of_their_own_that_lies_in_their_night_waits_for_the_morning() {
        let hours = Hours { local: Some(date(2026, 11, 24).at(7, 0, 0, 0)), ..quiet("22:00-08:00") };
        let tokyo = zone("Asia/Tokyo");
        assert_eq!(hours.opens_at_ms(&tokyo, utc(2026, 11, 21, 0, 0)), utc(2026, 11, 23, 23, 0));
        assert!(Hours::default().is_any() && !hours.is_any());
        assert!(!Hours { rest_from_ms: Some(7), ..Hours::default() }.is_any());
        assert_eq!(Hours::default().opens_at_ms(&tokyo, 7), 7);
    }
}
