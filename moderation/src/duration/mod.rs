//! Lengths of time as people write them: `10m`, `2h30m`, `15 days`, `10分钟`, `一天`, `半小时`.

mod number;
mod show;
mod unit;

pub use show::{in_chinese, in_english, short};

use crate::fold::View;

/// The longest length of time that is understood: ten years of 365 days.
pub const LONGEST_MS: i64 = 10 * 365 * unit::DAY_MS;

/// Why a text is not a length of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DurationError {
    /// There was no text.
    #[error("a length of time is missing, for example 10m, 2h30m or 1d")]
    Empty,
    /// No number stood where one should.
    #[error("`{found}` does not begin with a number; write a length of time like 10m, 2h30m or 1d")]
    NoNumber {
        /// What stood there.
        found: String,
    },
    /// A number without a unit: minutes and hours are too different to guess.
    #[error("`{number}` has no unit; write {number}m for minutes, {number}h for hours or {number}d for days")]
    NoUnit {
        /// The number as it was written.
        number: String,
    },
    /// A unit that is not known.
    #[error("`{unit}` is no unit of time; the units are s, m, h, d and w")]
    UnknownUnit {
        /// The unit as it was written.
        unit: String,
    },
    /// Nothing, or less than a second.
    #[error("a length of time must be at least one second")]
    TooShort,
    /// More than [`LONGEST_MS`].
    #[error("a length of time must be at most ten years")]
    TooLong,
}

/// Reads a length of time and gives milliseconds, from 1,000 to [`LONGEST_MS`].
///
/// Units: `s m h d w mo` and their English names, `秒 分钟 小时 天 周 个月` and their usual forms; a month is 30 days.
/// Numbers may be full-width or Chinese (`十五天`, `半小时`) and may have a fraction (`1.5h`). Several parts add up.
pub fn parse(text: &str) -> Result<i64, DurationError> {
    let view = View::folded(text);
    let mut rest = view.text().trim();
    if rest.is_empty() {
        return Err(DurationError::Empty);
    }
    let mut total_ms = 0_i64;
    while !rest.is_empty() {
        let (part_ms, after) = part(rest)?;
        total_ms = total_ms.saturating_add(part_ms);
        rest = after.trim_start_matches(|c: char| c.is_whitespace() || c == ',' || c == '，');
    }
    match total_ms {
        ..1_000 => Err(DurationError::TooShort),
        _ if total_ms > LONGEST_MS => Err(DurationError::TooLong),
        _ => Ok(total_ms),
    }
}

/// Splits `10m spam` or `10分钟刷屏` into the length of time that the text begins with, in milliseconds, and what
/// follows it without blanks around; `None` where the text begins with no valid length of time.
///
/// Only parts without a blank between them belong to it, but for the blank between a number and its unit.
pub fn split_leading(text: &str) -> Option<(i64, &str)> {
    let text = text.trim();
    let view = View::folded(text);
    let mut rest = view.text();
    while let Ok((_, after)) = part(rest) {
        rest = after;
    }
    let used = view.text().len() - rest.len();
    let ms = parse(&view.text()[..used]).ok()?;
    Some((ms, text[view.original(0..used).end..].trim()))
}

/// One number with its unit at the start of `text`, and what follows.
fn part(text: &str) -> Result<(i64, &str), DurationError> {
    let Some((number, after)) = number::leading(text) else {
        return Err(DurationError::NoNumber { found: clip(text) });
    };
    // 一个半小时 is one and a half hours.
    let (half_before, after) = match after.strip_prefix("个半") {
        Some(more) => (true, more),
        None => (false, after),
    };
    let named = after.trim_start();
    if named.is_empty() || named.starts_with(|c: char| c.is_ascii_digit()) {
        let written = &text[..text.len() - after.len()];
        return Err(DurationError::NoUnit { number: clip(written.trim()) });
    }
    let Some((unit_ms, after)) = unit::leading(named) else {
        let until = named.find(|c: char| c.is_whitespace() || c.is_ascii_digit()).unwrap_or(named.len());
        return Err(DurationError::UnknownUnit { unit: clip(&named[..until]) });
    };
    // 1天半 is one and a half days, but 1天半小时 a day and half an hour.
    let (half_after, after) = match after.strip_prefix('半') {
        Some(more) if unit::leading(more).is_none() => (true, more),
        _ => (false, after),
    };
    let half_ms = if half_before || half_after { unit_ms / 2 } else { 0 };
    Ok((number.of(unit_ms).saturating_add(half_ms), after))
}

/// At most 20 characters of `text`, so that an error stays one line.
fn clip(text: &str) -> String {
    text.chars().take(20).collect()
}

#[cfg(test)]
mod tests {
    use super::{DurationError as E, LONGEST_MS, parse, split_leading};

    const M: i64 = 60_000;
    const H: i64 = 60 * M;
    const D: i64 = 24 * H;

    #[test]
    fn people_write_time_in_many_ways() {
        for (text, ms) in [
            ("90s", 90_000),
            ("10m", 10 * M),
            ("10 M", 10 * M),
            ("１０ｍ", 10 * M),
            ("10 minutes", 10 * M),
            ("2h30m", 2 * H + 30 * M),
            ("2 hours, 30 mins", 2 * H + 30 * M),
            ("1.5h", 90 * M),
            ("1d", D),
            ("15 days", 15 * D),
            ("2w", 14 * D),
            ("1mo", 30 * D),
            ("10分钟", 10 * M),
            ("10 分", 10 * M),
            ("1天", D),
            ("2小时", 2 * H),
            ("1小时30分", 90 * M),
            ("半小时", 30 * M),
            ("半个小时", 30 * M),
            ("一个半小时", 90 * M),
            ("1天半", 36 * H),
            ("一天", D),
            ("十五天", 15 * D),
            ("二十分钟", 20 * M),
            ("两周", 14 * D),
            ("1个月", 30 * D),
            ("三日", 3 * D),
            ("３０秒", 30_000),
        ] {
            assert_eq!(parse(text), Ok(ms), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let s = String::from;
        for (text, error) in [
            ("", E::Empty),
            (" \u{200B}", E::Empty),
            ("soon", E::NoNumber { found: s("soon") }),
            ("10", E::NoUnit { number: s("10") }),
            ("2h30", E::NoUnit { number: s("30") }),
            ("10x", E::UnknownUnit { unit: s("x") }),
            ("1 fortnight", E::UnknownUnit { unit: s("fortnight") }),
            ("0m", E::TooShort),
            ("0.2s", E::TooShort),
            ("11000d", E::TooLong),
            ("99999999999999999999999999w", E::TooLong),
            ("-5m", E::NoNumber { found: s("-5m") }),
        ] {
            assert_eq!(parse(text), Err(error), "{text}");
        }
        assert_eq!(parse("3650d"), Ok(LONGEST_MS));
    }

    #[test]
    fn a_command_splits_into_time_and_reason() {
        assert_eq!(split_leading("10m spam again"), Some((10 * M, "spam again")));
        assert_eq!(split_leading("10分钟刷屏"), Some((10 * M, "刷屏")));
        assert_eq!(split_leading("１ｄ"), Some((D, "")));
        assert_eq!(split_leading("10 minutes 5 adverts"), Some((10 * M, "5 adverts")));
        assert_eq!(split_leading("10 minutes 5m adverts"), Some((10 * M, "5m adverts")));
        assert_eq!(split_leading("spam"), None);
        assert_eq!(split_leading("10 spammers"), None);
    }
}
