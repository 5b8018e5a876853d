//! The numbers in a length of time: `10`, `1.5`, `十五`, `半`.

/// A number with three decimal places, too large ones held at the top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    thousandths: i64,
}

impl Number {
    /// That many times `unit_ms`, held at the top instead of overflowing.
    pub(super) fn of(self, unit_ms: i64) -> i64 {
        self.thousandths.saturating_mul(unit_ms) / 1_000
    }
}

/// The number at the start of `text`, and what follows.
pub(super) fn leading(text: &str) -> Option<(Number, &str)> {
    if text.starts_with(|c: char| c.is_ascii_digit()) { western(text) } else { chinese(text) }
}

fn western(text: &str) -> Option<(Number, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let whole =
        text[..end].bytes().fold(0_i64, |n, b| n.saturating_mul(10).saturating_add(i64::from(b - b'0')));
    let mut thousandths = whole.saturating_mul(1_000);
    let mut rest = &text[end..];
    if let Some(fraction) = rest.strip_prefix('.') {
        let end = fraction.find(|c: char| !c.is_ascii_digit()).unwrap_or(fraction.len());
        if end == 0 {
            return None;
        }
        for (b, place) in fraction[..end].bytes().zip([100, 10, 1]) {
            thousandths = thousandths.saturating_add(i64::from(b - b'0') * place);
        }
        rest = &fraction[end..];
    }
    Some((Number { thousandths }, rest))
}

/// 半, and 一 to 九十九.
fn chinese(text: &str) -> Option<(Number, &str)> {
    if let Some(rest) = text.strip_prefix('半') {
        return Some((Number { thousandths: 500 }, rest));
    }
    let (ones, rest) = match digit(text) {
        Some((n, rest)) => (Some(n), rest),
        None => (None, text),
    };
    let Some(rest_after_ten) = rest.strip_prefix('十') else {
        return ones.map(|n| (Number { thousandths: n * 1_000 }, rest));
    };
    let tens = ones.unwrap_or(1) * 10;
    let (ones, rest) = digit(rest_after_ten).unwrap_or((0, rest_after_ten));
    Some((Number { thousandths: (tens + ones) * 1_000 }, rest))
}

fn digit(text: &str) -> Option<(i64, &str)> {
    let c = text.chars().next()?;
    let value = match c {
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    };
    Some((value, &text[c.len_utf8()..]))
}

#[cfg(test)]
mod tests {
    use super::leading;

    #[test]
    fn numbers_are_read_off_the_front() {
        for (text, thousandths, rest) in [
            ("10m", 10_000, "m"),
            ("1.25h", 1_250, "h"),
            ("1.23456h", 1_234, "h"),
            ("十天", 10_000, "天"),
            ("十五天", 15_000, "天"),
            ("二十一天", 21_000, "天"),
            ("两周", 2_000, "周"),
            ("半天", 500, "天"),
        ] {
            let (number, after) = leading(text).unwrap();
            assert_eq!((number.thousandths, after), (thousandths, rest), "{text}");
        }
        assert_eq!(leading("天"), None);
        assert_eq!(leading("1.h"), None);
    }
}
