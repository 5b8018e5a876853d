//! Rates, as people write them in a config: `30/s`, `20/20s`, `20/min`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Most calls in a rate; more is a slip of the finger.
const COUNT_MAX: u32 = 10_000;
/// The longest time of a rate, milliseconds.
const PER_MAX_MS: i64 = 3_600_000;

/// A bucket: `count` calls may be made in each `per_ms`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub count: u32,
    /// In which time, milliseconds.
    pub per_ms: i64,
}

impl Rate {
    /// So many in each second.
    pub const fn a_second(count: u32) -> Self {
        Self { count, per_ms: 1_000 }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { count, per_ms } = self;
        match per_ms {
            1_000 => write!(f, "{count}/s"),
            60_000 => write!(f, "{count}/min"),
            _ if per_ms % 60_000 == 0 => write!(f, "{count}/{}min", per_ms / 60_000),
            _ if per_ms % 1_000 == 0 => write!(f, "{count}/{}s", per_ms / 1_000),
            _ => write!(f, "{count}/{per_ms}ms"),
        }
    }
}

impl FromStr for Rate {
    type Err = String;

    /// Reads `COUNT/TIME`, the time being `s`, `min`, or a number of `ms`, `s` or `min`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "`{text}` is no rate; write how many in which time, such as 30/s, 20/20s or 20/min (at most {COUNT_MAX} in at most an hour)"
            )
        };
        let (count, time) = text.split_once('/').ok_or_else(wrong)?;
        let count: u32 = count.trim().parse().map_err(|_| wrong())?;
        let time = time.trim();
        let digits = time.len() - time.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, unit) = time.split_at(digits);
        let number: i64 = if number.is_empty() { 1 } else { number.parse().map_err(|_| wrong())? };
        let unit_ms = match unit.trim() {
            "ms" => 1,
            "s" => 1_000,
            "min" => 60_000,
            _ => return Err(wrong()),
        };
        let per_ms = number.checked_mul(unit_ms).ok_or_else(wrong)?;
        if !(1..=COUNT_MAX).contains(&count) || !(1..=PER_MAX_MS).contains(&per_ms) {
            return Err(wrong());
        }
        Ok(Self { count, per_ms })
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_read_as_it_is_written() {
        for (text, count, per_ms) in [
            ("30/s", 30, 1_000),
            ("20/20s", 20, 20_000),
            ("20/min", 20, 60_000),
            ("5/250ms", 5, 250),
            ("1/30min", 1, 1_800_000),
        ] {
            let rate = Rate { count, per_ms };
            assert_eq!(text.parse(), Ok(rate));
            assert_eq!(rate.to_string(), text);
        }
        assert_eq!(" 3 / 2 s ".trim().parse(), Ok(Rate { count: 3, per_ms: 2_000 }));
    }

    #[test]
    fn what_is_none_is_said_with_an_example() {
        for text in [
            "",
            "30",
            "30/",
            "/s",
            "0/s",
            "-1/s",
            "30/0s",
            "30/h",
            "30/2h",
            "10001/s",
            "1/61min",
            "1/99999999999999999999s",
        ] {
            let said = text.parse::<Rate>().unwrap_err();
            assert!(said.contains(&format!("`{text}` is no rate")) && said.contains("30/s"), "{said}");
        }
    }
}
