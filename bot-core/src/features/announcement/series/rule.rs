//! When a series goes out: a cron line or a recurrence rule, counted on the clock on the wall and put into moments by a zone.

use std::str::FromStr as _;

use chrono::{Datelike as _, TimeZone as _, Timelike as _};
use croner::Cron;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use rrule::{Frequency, RRule, RRuleSet, Tz, Unvalidated};
use serde::{Deserialize, Serialize};

use crate::features::delivery;
use crate::texts::Text;

/// The least time between two sendings by the clock on the wall, seconds: an hour.
const APART_SECS: i64 = 60 * 60;
/// How many times are looked at for whether they come too often. A rule's days are alike: the first two show it.
const LOOKED_AT: usize = 100;
/// How many times of a recurrence rule are walked through from its beginning: 22 years of one an hour.
const WALKED_MAX: usize = 200_000;
/// How much further back on the wall is looked than asked for, hours: a zone may skip or repeat so much.
const BACK_HOURS: i64 = 25;

/// In which language a rule is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Five fields of cron.
    Cron,
    /// RFC 5545, `FREQ=WEEKLY;BYDAY=MO`.
    Rrule,
}

/// What a clock on the wall shows, to the minute, kept as `2026-11-24T09:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Wall(pub DateTime);

impl TryFrom<String> for Wall {
    type Error = jiff::Error;

    fn try_from(kept: String) -> Result<Self, jiff::Error> {
        kept.parse().map(Self)
    }
}

impl From<Wall> for String {
    fn from(at: Wall) -> Self {
        at.0.strftime("%Y-%m-%dT%H:%M").to_string()
    }
}

/// When a series goes out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// In which language its line is.
    pub kind: Kind,
    /// The line, without its end.
    pub line: String,
    /// Whose clock it goes by, an IANA name; `None` for the hall's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// It begins then: a recurrence rule counts from there.
    pub from: Wall,
    /// Nothing goes out after that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Wall>,
}

/// Reads five fields of cron.
pub(super) fn cron(line: &str) -> Option<Cron> {
    // Nobody announces by the second, which would be a sixth.
    (line.split_whitespace().count() == 5).then(|| Cron::from_str(line).ok()).flatten()
}

/// Reads a recurrence rule that begins at a time on the wall.
pub(super) fn recurrence(line: &str, from: DateTime) -> Option<RRuleSet> {
    let start = Tz::UTC
        .with_ymd_and_hms(
            from.year().into(),
            u32::try_from(from.month()).ok()?,
            u32::try_from(from.day()).ok()?,
            u32::try_from(from.hour()).ok()?,
            u32::try_from(from.minute()).ok()?,
            0,
        )
        .single()?;
    // `BYHOUR=9` means nine sharp, and not the minute in which it was typed.
    let sharp = line.contains("BYHOUR=") && !line.contains("BYMINUTE=");
    let line = if sharp { format!("{line};BYMINUTE=0") } else { line.to_owned() };
    let rule: RRule<Unvalidated> = line.parse().ok()?;
    Some(RRuleSet::new(start).rrule(rule.validate(start).ok()?).limit())
}

/// Whether a recurrence rule counts in less than hours.
fn is_hasty(set: &RRuleSet) -> bool {
    set.get_rrule().iter().any(|rule| matches!(rule.get_freq(), Frequency::Minutely | Frequency::Secondly))
}

fn wall_of(at: &chrono::DateTime<Tz>) -> Option<DateTime> {
    let (month, day) = (i8::try_from(at.month()).ok()?, i8::try_from(at.day()).ok()?);
    let (hour, minute) = (i8::try_from(at.hour()).ok()?, i8::try_from(at.minute()).ok()?);
    let second = i8::try_from(at.second()).ok()?;
    DateTime::new(i16::try_from(at.year()).ok()?, month, day, hour, minute, second, 0).ok()
}

impl Rule {
    /// The zone by whose clock it goes.
    pub fn zone(&self, hall: &TimeZone) -> TimeZone {
        let named = self.zone.as_deref().and_then(|name| TimeZone::get(name).ok());
        named.unwrap_or_else(|| hall.clone())
    }

    /// The times on the wall from one on, earliest first.
    fn walls(&self, from: DateTime) -> Box<dyn Iterator<Item = DateTime>> {
        let from = from.max(self.from.0);
        let until = self.until.map(|until| until.0);
        let in_time = move |at: &DateTime| until.is_none_or(|until| *at <= until);
        match self.kind {
            Kind::Cron => {
                let Some(cron) = cron(&self.line) else { return Box::new(std::iter::empty()) };
                let (mut at, mut first) = (from, true);
                let next = move || {
                    at = cron.find_next_occurrence(&at, first).ok()?;
                    first = false;
                    Some(at)
                };
                Box::new(std::iter::from_fn(next).take_while(in_time))
            }
            Kind::Rrule => {
                let set = recurrence(&self.line, self.from.0).filter(|set| !is_hasty(set));
                let Some(set) = set else { return Box::new(std::iter::empty()) };
                let all: Vec<DateTime> = (&set)
                    .into_iter()
                    .take(WALKED_MAX)
                    .filter_map(|at| wall_of(&at))
                    .take_while(in_time)
                    .skip_while(|at| *at < from)
                    .take(LOOKED_AT.saturating_mul(100))
                    .collect();
                Box::new(all.into_iter())
            }
        }
    }

    /// The moments after one, earliest first, unix milliseconds. A time that the clocks skip is the first moment after; one
    /// that they show twice is the first of the two.
    pub fn after(&self, hall: &TimeZone, after_ms: i64) -> impl Iterator<Item = i64> + use<> {
        let zone = self.zone(hall);
        let there = Timestamp::from_millisecond(after_ms).unwrap_or_default().to_zoned(zone.clone());
        let there = there.datetime();
        let from = there.checked_sub(BACK_HOURS.hours()).unwrap_or(there);
        let mut last_ms = after_ms;
        self.walls(from)
            .filter_map(move |there| delivery::moment(&zone, there))
            // What the clocks skip may fall onto what follows.
            .filter(move |at_ms| {
                let is_new = *at_ms > last_ms;
                last_ms = last_ms.max(*at_ms);
                is_new
            })
    }

    /// The next moments after one, `most` at most.
    pub fn next(&self, hall: &TimeZone, after_ms: i64, most: usize) -> Vec<i64> {
        self.after(hall, after_ms).take(most).collect()
    }

    /// Refuses what never goes out, and what goes out too often.
    ///
    /// # Errors
    /// One sentence.
    pub(super) fn check(&self, hall: &TimeZone, now_ms: i64) -> Result<(), Text> {
        let hasty =
            self.kind == Kind::Rrule && recurrence(&self.line, self.from.0).is_some_and(|set| is_hasty(&set));
        let walls: Vec<DateTime> = self.walls(self.from.0).take(LOOKED_AT).collect();
        let close = |two: &[DateTime]| matches!(two, [one, other] if other.duration_since(*one).as_secs() < APART_SECS);
        if hasty || walls.windows(2).any(close) {
            return Err(Text::new("announcement-repeat-often"));
        }
        if self.after(hall, now_ms).next().is_none() {
            return Err(Text::new("announcement-repeat-never"));
        }
        Ok(())
    }
}
