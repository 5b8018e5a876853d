//! What is said of an announcement's time: at whose clocks it is meant, and whether it keeps quiet hours.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::decide::Input;
use super::{Announcement, acts, apply, expiry, four_eyes, load, series, variant};
use crate::error::Result;
use crate::features::delivery::{self, Hours};
use crate::features::when::{self, When};
use crate::ids::{AnnouncementNo, StaffId};
use crate::store::announcement;
use crate::text;
use crate::texts::{Moment, Text};
use crate::work::Work;

/// Words behind a time that mean each recipient's own clock.
const LOCAL: [&str; 6] = ["local time", "local", "their time", "当地时间", "各地时间", "当地"];

/// What is said of an announcement's time besides the moment at which it begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Timing {
    /// What the clocks of each recipient show when they get it; `None` when all get it at one moment.
    #[serde(with = "wall", skip_serializing_if = "Option::is_none")]
    pub local: Option<DateTime>,
    /// Whether it goes out in quiet hours too.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub loud: bool,
}

/// A time that somebody typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// At once.
    Now,
    /// At this moment, unix milliseconds.
    At(i64),
    /// At this time of each recipient's own clock.
    Local(DateTime),
}

/// A time of the clock as it is kept: `2026-11-24T09:00`.
mod wall {
    use jiff::civil::DateTime;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(at: &Option<DateTime>, to: S) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => to.serialize_str(&at.strftime("%Y-%m-%dT%H:%M").to_string()),
            None => to.serialize_none(),
        }
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Option<DateTime>, D::Error> {
        let kept = Option::<String>::deserialize(from)?;
        kept.map(|kept| kept.parse().map_err(serde::de::Error::custom)).transpose()
    }
}

impl Time {
    /// Reads a moment in the hall's zone, or a time of each recipient's own: `09:00 local`.
    ///
    /// # Errors
    /// One sentence.
    pub fn parse(typed: &str, zone: &TimeZone, now_ms: i64) -> std::result::Result<Self, Text> {
        let lower = typed.trim().to_lowercase();
        let local = LOCAL.iter().find_map(|word| lower.strip_suffix(word)).filter(|rest| !rest.is_empty());
        match local {
            Some(rest) => when::wall(rest, zone, now_ms).map(Self::Local),
            None => Ok(match when::parse(typed, zone, now_ms)? {
                When::Now => Self::Now,
                When::At(at_ms) => Self::At(at_ms),
            }),
        }
    }

    /// When that is by the hall's clock, unix milliseconds, with the time of each recipient's own.
    pub(super) fn kept(self, zone: &TimeZone) -> (Option<i64>, Option<DateTime>) {
        match self {
            Self::Now => (None, None),
            Self::At(at_ms) => (Some(at_ms), None),
            Self::Local(there) => (delivery::moment(zone, there), Some(there)),
        }
    }
}

/// A time of each recipient's own as it would be typed.
pub(super) fn typed(there: DateTime) -> String {
    there.strftime("%Y-%m-%d %H:%M local").to_string()
}

/// The hours that it keeps.
pub(super) fn hours(work: &Work, one: &Announcement) -> Hours {
    let quiet = work.hall.features.config().announcements.quiet().filter(|_| !one.timing.loud);
    Hours { quiet, local: one.timing.local, rest_from_ms: variant::rest_from_ms(one, work.now_ms) }
}

/// What a card says of it.
pub(super) fn lines(work: &Work, one: &Announcement) -> Vec<Text> {
    let mut lines = Vec::new();
    if let (Some(there), Some(at_ms), true) = (one.timing.local, one.at_ms, one.state.is_open()) {
        let there = there.strftime("%Y-%m-%d %H:%M").to_string();
        lines.push(text!("announcement-when-local", there = there, when = Moment { at_ms }));
    }
    if let Some(quiet) = work.hall.features.config().announcements.quiet() {
        let quiet = quiet.to_string();
        lines.push(if one.timing.loud {
            text!("announcement-quiet-loud", quiet = quiet)
        } else {
            text!("announcement-quiet-kept", quiet = quiet)
        });
    }
    lines
}

/// The label of the button that schedules a draft with this time.
pub(super) fn schedule_label(one: &Announcement) -> Option<Text> {
    let at_ms = one.at_ms?;
    Some(match one.timing.local {
        Some(there) => {
            text!("announcement-do-schedule-local", there = there.strftime("%Y-%m-%d %H:%M").to_string())
        }
        None => text!("announcement-do-schedule-at", when = Moment { at_ms }),
    })
}

/// Sends it when the clocks of each recipient show a time; it begins in the zone in which that is first.
///
/// # Errors
/// A sentence when that time has passed in one of the zones, or it was sent already or has no text or no audience.
pub async fn schedule_local(
    work: &mut Work,
    no: AnnouncementNo,
    there: DateTime,
    by: &StaffId,
) -> Result<Announcement> {
    let mut one = load(work, no).await?;
    acts::ready(&one)?;
    variant::refuse_local(&one)?;
    series::refuse(work, &one).await?;
    let at_ms = first_moment(work, &one, there).await?;
    expiry::check(&one, at_ms)?;
    one.sent_by = Some(by.clone());
    one.at_ms = Some(at_ms);
    one.timing.local = Some(there);
    if apply::apply(work, &mut one, Input::Schedule { at_ms }, Some(by)).await? {
        work.audit_staff(by, "announcement.schedule", no, Some(typed(there))).await?;
    }
    Ok(one)
}

/// When a time is first, among the zones in which somebody of the audience is; unix milliseconds.
async fn first_moment(work: &mut Work, one: &Announcement, there: DateTime) -> Result<i64> {
    let mut zones = match &one.audience {
        Some(audience) => delivery::zones_of(work, audience).await?,
        None => Default::default(),
    };
    if zones.is_empty() {
        zones.insert(String::new());
    }
    let first = zones
        .into_iter()
        .filter_map(|zone| Some((delivery::moment_in(work, &zone, there)?, zone)))
        .min()
        .ok_or_else(|| Text::new("announcement-usage"))?;
    match first {
        (at_ms, _) if at_ms > work.now_ms => Ok(at_ms),
        (_, zone) => {
            let zone = if zone.is_empty() {
                work.hall.texts.zone().iana_name().unwrap_or("UTC").to_owned()
            } else {
                zone
            };
            let there = there.strftime("%Y-%m-%d %H:%M").to_string();
            Err(text!("announcement-local-past", there = there, named = zone).into())
        }
    }
}

/// Says whether it goes out in quiet hours too.
///
/// # Errors
/// A sentence when it went out already.
pub async fn set_loud(work: &mut Work, no: AnnouncementNo, loud: bool, by: &StaffId) -> Result<Announcement> {
    let mut one = load(work, no).await?;
    if !one.state.is_open() {
        return Err(text!("announcement-not-now", state = one.state.name()).into());
    }
    one.timing.loud = loud;
    one.version += 1;
    four_eyes::wrote(&mut one, by);
    announcement::put(work.tx().await?, &one).await?;
    work.audit_staff(by, "announcement.loud", no, Some(loud.to_string())).await?;
    series::changed(work, &one).await?;
    Ok(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_their_own_is_read_and_written_back() {
        // 2026-11-21 16:00 in Shanghai.
        let (zone, now_ms) = (TimeZone::get("Asia/Shanghai").unwrap(), 1_795_248_000_000);
        let there = jiff::civil::date(2026, 11, 22).at(9, 0, 0, 0);
        for typed in ["09:00 local", "tomorrow 9:00 Local Time", "明天9点 当地时间", "11-22 09:00 当地"]
        {
            assert_eq!(Time::parse(typed, &zone, now_ms), Ok(Time::Local(there)), "{typed}");
        }
        assert_eq!(Time::parse(&typed(there), &zone, now_ms), Ok(Time::Local(there)));
        // What the clocks skip here, they may show there.
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let skipped = Time::parse("2027-03-28 02:30 local", &berlin, now_ms).unwrap();
        assert_eq!(skipped, Time::Local(jiff::civil::date(2027, 3, 28).at(2, 30, 0, 0)));
        assert_eq!(Time::parse("18:00", &zone, now_ms), Ok(Time::At(now_ms + 7_200_000)));
        assert_eq!(Time::parse("now", &zone, now_ms), Ok(Time::Now));
        for typed in ["local", "in 2h local", "now local", "09:00 utc local", "soon local"] {
            assert_eq!(Time::parse(typed, &zone, now_ms).unwrap_err().key, "when-unreadable", "{typed}");
        }
    }

    #[test]
    fn what_is_kept_is_read_back_and_what_is_not_said_takes_no_room() {
        assert_eq!(serde_json::to_string(&Timing::default()).unwrap(), "{}");
        let timing = Timing { local: Some(jiff::civil::date(2026, 11, 24).at(9, 5, 0, 0)), loud: true };
        let kept = serde_json::to_string(&timing).unwrap();
        assert_eq!(kept, r#"{"local":"2026-11-24T09:05","loud":true}"#);
        assert_eq!(serde_json::from_str::<Timing>(&kept).unwrap(), timing);
    }
}
