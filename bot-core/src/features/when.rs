//! Moments as staff type them, and as everybody reads them: `now`, `in 10m`, `2026-11-22 18:00`, `明天 18:00`.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan as _};

use crate::text;
use crate::texts::{Moment, Text};

/// A day and month that lie further back than this are taken for next year's, days.
const LAST_YEAR_AFTER_DAYS: i64 = 180;

/// When something is to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// At once.
    Now,
    /// At this time, unix milliseconds; later than now.
    At(i64),
}

/// Reads a moment. A time without a zone is one in `zone`.
///
/// # Errors
/// One sentence: that it is no moment, or that it has passed.
pub fn parse(typed: &str, zone: &TimeZone, now_ms: i64) -> Result<When, Text> {
    let line = clean(typed);
    if matches!(line.as_str(), "now" | "at once" | "immediately" | "现在" | "立即" | "马上" | "立刻")
    {
        return Ok(When::Now);
    }
    let unreadable = || text!("when-unreadable", found = typed.trim().chars().take(40).collect::<String>());
    if let Some(after_ms) = after(&line) {
        return Ok(When::At(now_ms.saturating_add(after_ms)));
    }
    let at_ms = at(&line, zone, now_ms).ok_or_else(unreadable)?;
    if at_ms <= now_ms {
        return Err(past(at_ms, now_ms));
    }
    Ok(When::At(at_ms))
}

/// The sentence that a time has passed.
pub fn past(at_ms: i64, now_ms: i64) -> Text {
    text!("when-past", when = Moment { at_ms }, now = Moment { at_ms: now_ms })
}

/// A length of time, said in the reader's language.
pub fn length(ms: i64) -> Text {
    text!("when-length", en = moderation::duration::in_english(ms), zh = moderation::duration::in_chinese(ms))
}

/// Lower case, with the usual other signs for `:` and `-`, and single spaces.
fn clean(typed: &str) -> String {
    let mut line = String::new();
    for c in typed.trim().to_lowercase().chars() {
        match c {
            '：' | '点' => line.push(':'),
            '/' | '年' | '月' => line.push('-'),
            '日' | '号' | ',' | '，' | '\u{3000}' => line.push(' '),
            other => line.push(other),
        }
    }
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `in 10m`, `10m`, `10分钟后`: the milliseconds.
fn after(line: &str) -> Option<i64> {
    let line = line.strip_prefix("in ").unwrap_or(line);
    let line = line.strip_suffix("后").or_else(|| line.strip_suffix("以后")).unwrap_or(line);
    let line = line.strip_suffix(" later").unwrap_or(line);
    moderation::duration::parse(line).ok()
}

fn at(line: &str, zone: &TimeZone, now_ms: i64) -> Option<i64> {
    let (line, zone) = zone_of(line, zone)?;
    let now = Timestamp::from_millisecond(now_ms).ok()?.to_zoned(zone.clone()).datetime();
    let (date, time) = match line.rsplit_once([' ', 't']) {
        Some((date, time)) => (Some(date.trim()), time),
        None => (None, line),
    };
    let time = time_of(time)?;
    let at = match date {
        Some(date) => DateTime::from_parts(date_of(date, now.date())?, time),
        None if time <= now.time() => DateTime::from_parts(now.date().tomorrow().ok()?, time),
        None => DateTime::from_parts(now.date(), time),
    };
    Some(at.to_zoned(zone).ok()?.timestamp().as_millisecond())
}

/// Takes a zone off the end: `utc`, `z`, `+09:00`, `utc-5`; `usual` where there is none.
fn zone_of<'l>(line: &'l str, usual: &TimeZone) -> Option<(&'l str, TimeZone)> {
    let (head, last) = line.rsplit_once(' ').unwrap_or((line, ""));
    let hours = match last.strip_prefix("utc").or_else(|| last.strip_prefix("gmt")).unwrap_or(last) {
        "" if last.is_empty() => return Some((line, usual.clone())),
        "" | "z" => return Some((head, TimeZone::UTC)),
        hours => hours,
    };
    let Some(sign) = hours.chars().next().filter(|sign| matches!(sign, '+' | '-')) else {
        return Some((line, usual.clone()));
    };
    let (hour, minute) = hours[1..].split_once(':').unwrap_or((&hours[1..], "0"));
    let seconds = hour.parse::<i32>().ok()? * 3600 + minute.parse::<i32>().ok()? * 60;
    let offset = Offset::from_seconds(if sign == '-' { -seconds } else { seconds }).ok()?;
    Some((head, TimeZone::fixed(offset)))
}

fn time_of(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let minute = if minute.is_empty() { 0 } else { minute.parse().ok()? };
    Time::new(hour.parse().ok()?, minute, 0, 0).ok()
}

fn date_of(text: &str, today: Date) -> Option<Date> {
    match text {
        "today" | "今天" => return Some(today),
        "tomorrow" | "明天" => return today.tomorrow().ok(),
        "后天" => return today.checked_add(2.days()).ok(),
        _ => {}
    }
    let parts: Vec<i16> = text.split('-').map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
    match *parts.as_slice() {
        [year, month, day] => Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok(),
        [month, day] => {
            let date = Date::new(today.year(), month.try_into().ok()?, day.try_into().ok()?).ok()?;
            let long_ago = today.checked_sub(LAST_YEAR_AFTER_DAYS.days()).ok()?;
            if date < long_ago { date.checked_add(1.year()).ok() } else { Some(date) }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-21 08:00 UTC, 16:00 in UTC+8.
    const NOW_MS: i64 = 1_795_248_000_000;
    const HOUR_MS: i64 = 3_600_000;

    #[test]
    fn moments_are_read_as_staff_type_them() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let at = |typed: &str| parse(typed, &zone, NOW_MS);
        for typed in ["now", " NOW ", "现在", "立即"] {
            assert_eq!(at(typed), Ok(When::Now), "{typed}");
        }
        for typed in ["in 2h", "2h", "2小时后", "18:00", "today 18:00", "2026-11-21 18:00", "今天 18：00"]
        {
            assert_eq!(at(typed), Ok(When::At(NOW_MS + 2 * HOUR_MS)), "{typed}");
        }
        for typed in
            ["2026-11-22 18:00", "2026/11/22 18:00", "11-22 18:00", "tomorrow 18:00", "11月22日 18点"]
        {
            assert_eq!(at(typed), Ok(When::At(NOW_MS + 26 * HOUR_MS)), "{typed}");
        }
        for typed in ["2026-11-21 10:00 UTC", "2026-11-21 10:00 z", "2026-11-21 05:00 -05:00", "19:00 utc+9"]
        {
            assert_eq!(at(typed), Ok(When::At(NOW_MS + 2 * HOUR_MS)), "{typed}");
        }
        assert_eq!(at("09:00"), Ok(When::At(NOW_MS + 17 * HOUR_MS)), "today's has passed: tomorrow's");
        assert_eq!(at("01-05 16:00"), Ok(When::At(NOW_MS + 45 * 24 * HOUR_MS)), "next year's");
    }

    #[test]
    fn what_has_passed_and_what_is_no_moment_are_refused() {
        for typed in ["2026-11-21 15:59", "2026-11-21 16:00", "11-20 18:00", "today 10:00"] {
            assert_eq!(
                parse(typed, &TimeZone::fixed(jiff::tz::offset(8)), NOW_MS).unwrap_err().key,
                "when-past",
                "{typed}"
            );
        }
        for typed in [
            "",
            "soon",
            "25:00",
            "2026-13-01 10:00",
            "2026-02-30 10:00",
            "10",
            "18:00 utc+99",
            "-5m",
            "18:61",
        ] {
            assert_eq!(
                parse(typed, &TimeZone::fixed(jiff::tz::offset(8)), NOW_MS).unwrap_err().key,
                "when-unreadable",
                "{typed}"
            );
        }
    }

    #[test]
    fn a_time_is_meant_in_the_zone_as_it_is_on_that_day() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let at = |typed: &str| parse(typed, &zone, NOW_MS);
        assert_eq!(at("2026-12-01 12:00"), Ok(When::At(1_796_122_800_000)), "11:00 UTC in winter");
        assert_eq!(at("2027-07-01 12:00"), Ok(When::At(1_814_436_000_000)), "10:00 UTC in summer");
        assert_eq!(at("10:00"), Ok(When::At(NOW_MS + HOUR_MS)), "it is 09:00 there");
    }
}
