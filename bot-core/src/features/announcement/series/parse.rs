//! A rule as somebody types it: cron, a recurrence rule or plain words, with its end and its zone behind it.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::rule::{Kind, Rule, Wall, cron, recurrence};
use crate::features::announcement::zone_named;
use crate::text;
use crate::texts::Text;

/// Longest rule, characters.
const RULE_MAX_CHARS: usize = 300;
/// How much of what was typed is quoted back, characters.
const QUOTED_CHARS: usize = 60;
/// Words before the last day.
const UNTIL: [&str; 3] = ["until", "直到", "截止"];
/// Words before a zone.
const IN: [&str; 3] = ["in", "zone", "时区"];
/// The parts of a recurrence rule, without its end.
const PARTS: [&str; 13] = [
    "FREQ",
    "INTERVAL",
    "COUNT",
    "WKST",
    "BYMONTH",
    "BYMONTHDAY",
    "BYYEARDAY",
    "BYWEEKNO",
    "BYDAY",
    "BYHOUR",
    "BYMINUTE",
    "BYSECOND",
    "BYSETPOS",
];
/// Days as people name them, and as cron does.
const DAYS: [(&str, &str); 33] = [
    ("day", "*"),
    ("weekday", "1-5"),
    ("monday", "1"),
    ("tuesday", "2"),
    ("wednesday", "3"),
    ("thursday", "4"),
    ("friday", "5"),
    ("saturday", "6"),
    ("sunday", "0"),
    ("mon", "1"),
    ("tue", "2"),
    ("wed", "3"),
    ("thu", "4"),
    ("fri", "5"),
    ("sat", "6"),
    ("sun", "0"),
    ("天", "*"),
    ("日", "*"),
    ("个工作日", "1-5"),
    ("工作日", "1-5"),
    ("周一", "1"),
    ("周二", "2"),
    ("周三", "3"),
    ("周四", "4"),
    ("周五", "5"),
    ("周六", "6"),
    ("周日", "0"),
    ("周天", "0"),
    ("星期一", "1"),
    ("星期二", "2"),
    ("星期三", "3"),
    ("星期四", "4"),
    ("星期五", "5"),
];

fn quoted(typed: &str) -> String {
    typed.trim().chars().take(QUOTED_CHARS).collect()
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|one| word.eq_ignore_ascii_case(one))
}

/// What was typed, cut where its end and its zone begin.
struct Cut {
    head: String,
    until: Option<String>,
    zone: Option<String>,
}

fn cut(typed: &str) -> Cut {
    let (mut head, mut until, mut zone) = (Vec::new(), None::<Vec<&str>>, None::<Vec<&str>>);
    let mut at_zone = false;
    for word in typed.split_whitespace() {
        if !head.is_empty() && is_one_of(word, &UNTIL) {
            (until, at_zone) = (Some(Vec::new()), false);
        } else if !head.is_empty() && is_one_of(word, &IN) {
            (zone, at_zone) = (Some(Vec::new()), true);
        } else {
            let part = if at_zone { zone.as_mut() } else { until.as_mut() };
            part.unwrap_or(&mut head).push(word);
        }
    }
    let line = |words: Vec<&str>| words.join(" ");
    Cut { head: line(head), until: until.map(line), zone: zone.map(line) }
}

/// The last moment on the wall: of a day, its last minute.
fn last(typed: &str) -> Result<DateTime, Text> {
    let read = if typed.contains(':') {
        typed.replace(' ', "T").parse::<DateTime>().ok()
    } else {
        typed.parse::<Date>().ok().map(|day| day.at(23, 59, 0, 0))
    };
    read.ok_or_else(|| text!("announcement-repeat-until", found = quoted(typed)))
}

/// The `UNTIL` of a recurrence rule: a day, a time on the wall, or a moment by UTC.
fn until_of(value: &str, zone: &TimeZone) -> Result<DateTime, Text> {
    let read = match value.strip_suffix('Z') {
        Some(utc) => DateTime::strptime("%Y%m%dT%H%M%S", utc)
            .and_then(|at| at.to_zoned(TimeZone::UTC))
            .map(|at| at.with_time_zone(zone.clone()).datetime()),
        None if value.contains('T') => DateTime::strptime("%Y%m%dT%H%M%S", value),
        None => Date::strptime("%Y%m%d", value).map(|day| day.at(23, 59, 0, 0)),
    };
    read.map_err(|_error| text!("announcement-repeat-until", found = quoted(value)))
}

/// Plain words as cron: `every monday,thursday 09:00`, `every month 1 09:00`, `每周一 09:00`, `每月1日 09:00`.
fn in_cron(line: &str) -> Option<String> {
    let lower = line.to_lowercase();
    let rest = lower.strip_prefix("every ").or_else(|| lower.strip_prefix('每'))?.trim();
    let (day, time) = rest.rsplit_once(char::is_whitespace)?;
    let (hour, minute) = time.split_once([':', '：'])?;
    let (hour, minute): (u8, u8) = (hour.parse().ok()?, minute.parse().ok()?);
    let of_month = day.strip_prefix("month ").or_else(|| day.strip_prefix('月'));
    if let Some(day) = of_month {
        let day = day.trim().trim_end_matches(['日', '号']);
        let day = if matches!(day, "last" | "最后一天" | "最后一") { "L" } else { day };
        return Some(format!("{minute} {hour} {day} * *"));
    }
    let days: Option<Vec<&str>> = day
        .split([',', '、', '，'])
        .map(|day| DAYS.iter().find(|(word, _)| *word == day.trim()).map(|(_, in_cron)| *in_cron))
        .collect();
    Some(format!("{minute} {hour} * * {}", days?.join(",")))
}

/// Why cron does not take five fields, or something else than five.
fn wrong_cron(line: &str) -> Text {
    let fields: Vec<&str> = line.split_whitespace().collect();
    if fields.len() != 5 {
        return text!("announcement-repeat-cron-fields", count = fields.len());
    }
    const NAMES: [&str; 5] = ["minute", "hour", "day", "month", "weekday"];
    for (at, (name, field)) in NAMES.iter().zip(&fields).enumerate() {
        let mut alone = ["*"; 5];
        alone[at] = field;
        if cron(&alone.join(" ")).is_none() {
            return text!("announcement-repeat-cron-field", field = *name, found = quoted(field));
        }
    }
    text!("announcement-repeat-cron-wrong", found = quoted(line))
}

/// A recurrence rule without its end, and its end.
fn of_rrule(line: &str, zone: &TimeZone) -> Result<(String, Option<DateTime>), Text> {
    let (mut kept, mut until, mut seen) = (Vec::new(), None, Vec::new());
    for part in line.split(';').filter(|part| !part.is_empty()) {
        let wrong = || text!("announcement-repeat-rrule-part", found = quoted(part));
        let (key, value) = part.split_once('=').ok_or_else(wrong)?;
        if seen.contains(&key) || value.is_empty() {
            return Err(wrong());
        }
        seen.push(key);
        if key == "UNTIL" {
            until = Some(until_of(value, zone)?);
        } else if PARTS.contains(&key) {
            kept.push(part);
        } else {
            return Err(wrong());
        }
    }
    if !seen.contains(&"FREQ") {
        return Err(text!("announcement-repeat-rrule-freq", found = quoted(line)));
    }
    // RFC 5545: a place among days or hours needs a part that names some. The crate lets it pass.
    let names_some = seen.iter().any(|key| key.starts_with("BY") && *key != "BYSETPOS");
    if seen.contains(&"BYSETPOS") && !names_some {
        return Err(text!("announcement-repeat-rrule-wrong", found = quoted(line)));
    }
    Ok((kept.join(";"), until))
}

/// Which part of a recurrence rule cannot be taken.
fn wrong_rrule(line: &str, from: DateTime) -> Text {
    let culprit = line.split(';').find(|part| match part.strip_prefix("FREQ=") {
        Some(_) => recurrence(part, from).is_none(),
        None => recurrence(&format!("FREQ=DAILY;{part}"), from).is_none(),
    });
    match culprit {
        // Some go with one frequency and not with another: then it is the whole.
        Some(part) if !part.starts_with("BYSETPOS") && !part.starts_with("BYWEEKNO") => {
            text!("announcement-repeat-rrule-part", found = quoted(part))
        }
        _ => text!("announcement-repeat-rrule-wrong", found = quoted(line)),
    }
}

/// Reads a rule. It begins at `start_ms`, or now.
///
/// # Errors
/// One sentence that names what is wrong, that it never goes out, or that it goes out too often.
pub(super) fn parse(typed: &str, hall: &TimeZone, start_ms: Option<i64>, now_ms: i64) -> Result<Rule, Text> {
    let count = typed.chars().count();
    if count > RULE_MAX_CHARS {
        return Err(text!("wording-too-long", count = count, max = RULE_MAX_CHARS));
    }
    let Cut { head, until, zone } = cut(typed);
    let named = zone.as_deref().map(zone_named).transpose()?;
    let zone = named.as_deref().and_then(|name| TimeZone::get(name).ok()).unwrap_or_else(|| hall.clone());
    let until = until.as_deref().map(last).transpose()?;
    // The next full minute: what has passed in this one is not counted.
    let start_ms = start_ms.unwrap_or_else(|| (now_ms + 59_999).div_euclid(60_000) * 60_000);
    let from = Timestamp::from_millisecond(start_ms).unwrap_or_default().to_zoned(zone.clone()).datetime();
    let (word, rest) = head.split_once(' ').unwrap_or((&head, ""));
    let (kind, line) = match word.to_lowercase().as_str() {
        "cron" => (Kind::Cron, rest.to_owned()),
        "rrule" => (Kind::Rrule, rest.to_uppercase()),
        _ if head.to_uppercase().contains("FREQ=") => (Kind::Rrule, head.to_uppercase()),
        _ => match in_cron(&head) {
            Some(line) => (Kind::Cron, line),
            None if head.split(' ').count() == 5 => (Kind::Cron, head.clone()),
            None => return Err(text!("announcement-repeat-unreadable", found = quoted(typed))),
        },
    };
    let rule = match kind {
        Kind::Cron => {
            if cron(&line).is_none() {
                return Err(wrong_cron(&line));
            }
            Rule { kind, line, zone: named, from: Wall(from), until: until.map(Wall) }
        }
        Kind::Rrule => {
            let line = line.replace(' ', "");
            let (line, own) = of_rrule(line.strip_prefix("RRULE:").unwrap_or(&line), &zone)?;
            if own.is_some() && until.is_some()
                || (own.is_some() || until.is_some()) && line.contains("COUNT=")
            {
                return Err(Text::new("announcement-repeat-two-ends"));
            }
            if recurrence(&line, from).is_none() {
                return Err(wrong_rrule(&line, from));
            }
            Rule { kind, line, zone: named, from: Wall(from), until: own.or(until).map(Wall) }
        }
    };
    rule.check(hall, now_ms)?;
    Ok(rule)
}

/// A rule as it would be typed.
pub(super) fn typed(rule: &Rule) -> String {
    let kind = match rule.kind {
        Kind::Cron => "cron",
        Kind::Rrule => "rrule",
    };
    let mut line = format!("{kind} {}", rule.line);
    if let Some(Wall(until)) = rule.until {
        let is_day = (until.hour(), until.minute()) == (23, 59);
        let until = until.strftime(if is_day { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M" });
        line = format!("{line} until {until}");
    }
    match &rule.zone {
        Some(zone) => format!("{line} in {zone}"),
        None => line,
    }
}
