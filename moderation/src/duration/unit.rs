//! The units of time and every name that people give them.

pub(super) const SECOND_MS: i64 = 1_000;
pub(super) const MINUTE_MS: i64 = 60 * SECOND_MS;
pub(super) const HOUR_MS: i64 = 60 * MINUTE_MS;
pub(super) const DAY_MS: i64 = 24 * HOUR_MS;
const WEEK_MS: i64 = 7 * DAY_MS;
const MONTH_MS: i64 = 30 * DAY_MS;

const ENGLISH: &[(&[&str], i64)] = &[
    (&["s", "sec", "secs", "second", "seconds"], SECOND_MS),
    (&["m", "min", "mins", "minute", "minutes"], MINUTE_MS),
    (&["h", "hr", "hrs", "hour", "hours"], HOUR_MS),
    (&["d", "day", "days"], DAY_MS),
    (&["w", "wk", "wks", "week", "weeks"], WEEK_MS),
    (&["mo", "month", "months"], MONTH_MS),
];

/// Longer names before the shorter ones that they begin with.
const CHINESE: &[(&str, i64)] = &[
    ("秒钟", SECOND_MS),
    ("秒", SECOND_MS),
    ("分钟", MINUTE_MS),
    ("分鐘", MINUTE_MS),
    ("分", MINUTE_MS),
    ("小时", HOUR_MS),
    ("小時", HOUR_MS),
    ("钟头", HOUR_MS),
    ("时", HOUR_MS),
    ("天", DAY_MS),
    ("日", DAY_MS),
    ("星期", WEEK_MS),
    ("礼拜", WEEK_MS),
    ("周", WEEK_MS),
    ("月", MONTH_MS),
];

/// The unit at the start of `text` (folded), in milliseconds, and what follows.
pub(super) fn leading(text: &str) -> Option<(i64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    if end > 0 {
        let name = &text[..end];
        let (_, ms) = ENGLISH.iter().find(|(names, _)| names.contains(&name))?;
        return Some((*ms, &text[end..]));
    }
    let text = text.strip_prefix('个').unwrap_or(text).trim_start();
    let (name, ms) = CHINESE.iter().find(|(name, _)| text.starts_with(name))?;
    Some((*ms, &text[name.len()..]))
}
