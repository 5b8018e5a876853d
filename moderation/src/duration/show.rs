//! Lengths of time as they are shown: short for commands and policies, in words for people.

use super::unit::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};

/// Days, hours, minutes and seconds of a length of time; what is under a second is dropped.
fn parts(ms: i64) -> [i64; 4] {
    let ms = ms.max(0);
    [ms / DAY_MS, ms % DAY_MS / HOUR_MS, ms % HOUR_MS / MINUTE_MS, ms % MINUTE_MS / SECOND_MS]
}

fn join(ms: i64, separator: &str, word: impl Fn(usize, i64) -> String) -> String {
    let shown: Vec<String> =
        parts(ms).into_iter().enumerate().filter(|&(_, n)| n > 0).map(|(unit, n)| word(unit, n)).collect();
    if shown.is_empty() { word(3, 0) } else { shown.join(separator) }
}

/// `2h30m`, `15d`, `0s`: the form that [`super::parse`] reads back to the same whole seconds.
pub fn short(ms: i64) -> String {
    join(ms, "", |unit, n| format!("{n}{}", ["d", "h", "m", "s"][unit]))
}

/// `2 hours 30 minutes`.
pub fn in_english(ms: i64) -> String {
    join(ms, " ", |unit, n| {
        let name = ["day", "hour", "minute", "second"][unit];
        if n == 1 { format!("{n} {name}") } else { format!("{n} {name}s") }
    })
}

/// `2小时30分钟`.
pub fn in_chinese(ms: i64) -> String {
    join(ms, "", |unit, n| format!("{n}{}", ["天", "小时", "分钟", "秒"][unit]))
}

#[cfg(test)]
mod tests {
    use super::{in_chinese, in_english, short};

    #[test]
    fn each_form_reads_well() {
        let ms = (2 * 60 + 30) * 60_000;
        assert_eq!(short(ms), "2h30m");
        assert_eq!(in_english(ms), "2 hours 30 minutes");
        assert_eq!(in_chinese(ms), "2小时30分钟");
        assert_eq!(in_english(86_400_000), "1 day");
        assert_eq!(short(15 * 86_400_000), "15d");
        assert_eq!(
            (short(0), in_english(999), in_chinese(-5)),
            ("0s".into(), "0 seconds".into(), "0秒".into())
        );
    }

    #[test]
    fn the_short_form_is_read_back() {
        for ms in [1_000, 61_000, 3_599_000, 90_061_000, super::super::LONGEST_MS] {
            assert_eq!(super::super::parse(&short(ms)), Ok(ms));
        }
    }
}
