//! Moments as staff type them, and as everybody reads them: `now`, `in 10m`, `2026-11-22 18:00`, `明天下午3点半`,
//! `friday 6:30 pm`.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
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
/// One sentence: that it is no moment, that it has passed, or that the clocks skip it.
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
    let (there, zone) = civil(&line, zone, now_ms).ok_or_else(unreadable)?;
    let moment = zone.to_ambiguous_timestamp(there);
    if let AmbiguousOffset::Gap { .. } = moment.offset() {
        let skipped = there.strftime("%Y-%m-%d %H:%M").to_string();
        return Err(text!("when-skipped", when = skipped));
    }
    let at_ms = moment.compatible().map_err(|_error| unreadable())?.as_millisecond();
    if at_ms <= now_ms {
        return Err(past(at_ms, now_ms));
    }
    Ok(When::At(at_ms))
}

/// Reads a time that clocks on walls show, whatever the zone: `09:00`, `11-22 09:00`. A day that is not named is one of `zone`.
///
/// # Errors
/// One sentence: that it is no such time.
pub fn wall(typed: &str, zone: &TimeZone, now_ms: i64) -> Result<DateTime, Text> {
    let unreadable = || text!("when-unreadable", found = typed.trim().chars().take(40).collect::<String>());
    let (there, meant) = civil(&clean(typed), zone, now_ms).ok_or_else(unreadable)?;
    // One that names a zone is a moment, and no time of everybody's own.
    if meant == *zone { Ok(there) } else { Err(unreadable()) }
}

/// A moment as it would be typed, `2026-11-22 18:00`, in a zone.
pub fn typed(at_ms: i64, zone: &TimeZone) -> String {
    let at = Timestamp::from_millisecond(at_ms).unwrap_or_default();
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// The sentence that a time has passed.
pub fn past(at_ms: i64, now_ms: i64) -> Text {
    text!("when-past", when = Moment { at_ms }, now = Moment { at_ms: now_ms })
}

/// A length of time, said in the reader's language.
pub fn length(ms: i64) -> Text {
    text!("when-length", en = moderation::duration::in_english(ms), zh = moderation::duration::in_chinese(ms))
}

/// Words that stand for several, or for a sign.
const SHORT: &[(&str, &str)] = &[("今晚", "今天晚上"), ("明晚", "明天晚上"), ("星期", "周"), ("礼拜", "周")];
/// Words for a day. They may be written onto what follows.
const DAYS: &[(&str, Day)] = &[
    ("大后天", Day::In(3)),
    ("后天", Day::In(2)),
    ("明天", Day::In(1)),
    ("今天", Day::In(0)),
    ("tomorrow", Day::In(1)),
    ("today", Day::In(0)),
    ("周一", Day::Next(Weekday::Monday)),
    ("周二", Day::Next(Weekday::Tuesday)),
    ("周三", Day::Next(Weekday::Wednesday)),
    ("周四", Day::Next(Weekday::Thursday)),
    ("周五", Day::Next(Weekday::Friday)),
    ("周六", Day::Next(Weekday::Saturday)),
    ("周日", Day::Next(Weekday::Sunday)),
    ("周天", Day::Next(Weekday::Sunday)),
    ("monday", Day::Next(Weekday::Monday)),
    ("tuesday", Day::Next(Weekday::Tuesday)),
    ("wednesday", Day::Next(Weekday::Wednesday)),
    ("thursday", Day::Next(Weekday::Thursday)),
    ("friday", Day::Next(Weekday::Friday)),
    ("saturday", Day::Next(Weekday::Saturday)),
    ("sunday", Day::Next(Weekday::Sunday)),
];
/// Words for a part of the day, before the hour in Chinese and behind it in English.
const HALVES: &[(&str, Half)] = &[
    ("凌晨", Half::Morning),
    ("早上", Half::Morning),
    ("上午", Half::Morning),
    ("中午", Half::Afternoon),
    ("下午", Half::Afternoon),
    ("傍晚", Half::Evening),
    ("晚上", Half::Evening),
    ("am", Half::Morning),
    ("pm", Half::Afternoon),
];

/// A day by a word.
#[derive(Clone, Copy)]
enum Day {
    /// So many days from today.
    In(i64),
    /// The next of these, today's when its time has not passed.
    Next(Weekday),
}

/// A part of the day.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Afternoon,
    /// Like the afternoon, but its 12 o'clock belongs to either day: it is not guessed.
    Evening,
}

/// Lower case, with the usual other signs for `:` and `-`, and single spaces, also around words that are written onto
/// what follows.
fn clean(typed: &str) -> String {
    let mut line = String::new();
    for c in typed.trim().to_lowercase().chars() {
        match c {
            '：' | '点' => line.push(':'),
            '/' | '年' | '月' => line.push('-'),
            '日' if !line.ends_with('周') && !line.ends_with("星期") && !line.ends_with("礼拜") => {
                line.push(' ')
            }
            '号' | ',' | '，' | '\u{3000}' => line.push(' '),
            other => line.push(other),
        }
    }
    for (short, long) in SHORT {
        line = line.replace(short, long);
    }
    // The first that fits, for 大后天 ends in 后天.
    let days = DAYS.iter().map(|(word, _)| *word).find(|word| line.contains(word));
    let half = HALVES.iter().map(|(word, _)| *word).find(|word| stands_in(&line, word));
    for word in days.into_iter().chain(half) {
        line = line.replacen(word, &format!(" {word} "), 1);
    }
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `am` and `pm` count behind a number only, not within a word.
fn stands_in(line: &str, word: &str) -> bool {
    line.find(word).is_some_and(|at| {
        !word.is_ascii() || line[..at].trim_end().ends_with(|before: char| before.is_ascii_digit())
    })
}

/// Takes a word of a list out of a line.
fn taken<T: Copy>(line: &str, words: &[(&str, T)]) -> (String, Option<T>) {
    let mut found = None;
    let mut keep = |token: &&str| match words.iter().find(|(word, _)| word == token) {
        Some((_, meaning)) if found.is_none() => {
            found = Some(*meaning);
            false
        }
        _ => true,
    };
    let rest = line.split(' ').filter(|token| keep(token)).collect::<Vec<_>>().join(" ");
    (rest, found)
}

/// `in 10m`, `10m`, `10分钟后`: the milliseconds.
fn after(line: &str) -> Option<i64> {
    let line = line.strip_prefix("in ").unwrap_or(line);
    let line = line.strip_suffix("后").or_else(|| line.strip_suffix("以后")).unwrap_or(line);
    let line = line.strip_suffix(" later").unwrap_or(line);
    moderation::duration::parse(line).ok()
}

/// The time that a clock on the wall shows then, and the zone that it hangs in.
fn civil(line: &str, zone: &TimeZone, now_ms: i64) -> Option<(DateTime, TimeZone)> {
    let (line, zone) = zone_of(line, zone)?;
    let now = Timestamp::from_millisecond(now_ms).ok()?.to_zoned(zone.clone()).datetime();
    let (line, day) = taken(line, DAYS);
    let (line, half) = taken(&line, HALVES);
    let (date, time) = match line.rsplit_once([' ', 't']) {
        Some((date, time)) => (Some(date.trim()), time),
        None => (None, line.as_str()),
    };
    let time = time_of(time, half)?;
    let passed = i64::from(time <= now.time());
    let date = match (date, day) {
        (Some(_), Some(_)) => return None,
        (Some(date), None) => date_of(date, now.date())?,
        (None, Some(Day::In(days))) => now.date().checked_add(days.days()).ok()?,
        (None, Some(Day::Next(weekday))) => {
            let days = i64::from(now.date().weekday().until(weekday));
            let days = if days == 0 { 7 * passed } else { days };
            now.date().checked_add(days.days()).ok()?
        }
        (None, None) => now.date().checked_add(passed.days()).ok()?,
    };
    Some((DateTime::from_parts(date, time), zone))
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

/// `18:00`, `18:`, `3:半`, `3:20分`; `3` where a part of the day is named.
fn time_of(text: &str, half: Option<Half>) -> Option<Time> {
    let (hour, minute) = match text.split_once(':') {
        Some(parts) => parts,
        None if half.is_some() => (text, ""),
        None => return None,
    };
    let minute = match minute.strip_suffix('分').unwrap_or(minute) {
        "" | "整" => 0,
        "半" => 30,
        minute => minute.parse().ok()?,
    };
    let hour: i8 = hour.parse().ok()?;
    let hour = match half {
        Some(Half::Evening) if hour == 12 => return None,
        Some(Half::Morning) if hour == 12 => 0,
        Some(Half::Afternoon | Half::Evening) if (1..12).contains(&hour) => hour + 12,
        _ => hour,
    };
    Time::new(hour, minute, 0, 0).ok()
}

fn date_of(text: &str, today: Date) -> Option<Date> {
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
        for typed in [
            "明天18:00",
            "明天下午6点",
            "明晚6点整",
            "星期日 18：00",
            "周日晚上6点",
            "sunday 6pm",
            "Sunday 6:00 PM",
        ] {
            assert_eq!(at(typed), Ok(When::At(NOW_MS + 26 * HOUR_MS)), "{typed}");
        }
        for typed in
            ["今晚6点半", "6:30 pm", "下午6点30分", "周六 18:30", "saturday 18:30", "11月21日下午6点半"]
        {
            assert_eq!(at(typed), Ok(When::At(NOW_MS + 5 * HOUR_MS / 2)), "{typed}");
        }
        assert_eq!(at("周六 15:00"), Ok(When::At(NOW_MS + (7 * 24 - 1) * HOUR_MS)), "today's has passed");
        assert_eq!(at("大后天上午9点"), Ok(When::At(NOW_MS + (24 * 3 - 7) * HOUR_MS)));
        assert_eq!(at("后天中午12点"), Ok(When::At(NOW_MS + (24 * 2 - 4) * HOUR_MS)));
        assert_eq!(at("明天凌晨12点半"), Ok(When::At(NOW_MS + 17 * HOUR_MS / 2)));
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
            "明天",
            "今晚12点",
            "明天 11-22 18:00",
            "18pm:00",
            "pm",
            "13:00 am pm",
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
        assert_eq!(at("2027-03-28 02:30").unwrap_err().key, "when-skipped", "the clocks go from 2 to 3");
        assert_eq!(at("2027-03-28 02:30 utc"), Ok(When::At(1_806_201_000_000)), "not there");
        assert_eq!(at("2027-10-31 02:30"), Ok(When::At(1_824_942_600_000)), "the first of the two");
    }
}
