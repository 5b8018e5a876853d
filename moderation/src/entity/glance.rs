//! One quick look at the bytes of a text: which things besides words it could hold at all. Most hold none.

/// What a text has of which things could be made.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Glance {
    pub(super) dot: bool,
    pub(super) at_sign: bool,
    /// How many digits.
    pub(super) digits: u32,
    /// The longest run of letters, digits, `_` and `-`.
    pub(super) run: u32,
    /// Whether something may be read as a letter, digit or dot that is none in ASCII.
    pub(super) wide: bool,
}

impl Glance {
    pub(super) fn at(text: &str) -> Self {
        let (mut glance, mut run) = (Self::default(), 0);
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let byte = bytes[at];
            at += 1;
            if byte.is_ascii() {
                run = if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') { run + 1 } else { 0 };
                glance.run = glance.run.max(run);
                glance.digits += u32::from(byte.is_ascii_digit());
                glance.dot |= byte == b'.';
                glance.at_sign |= byte == b'@';
                continue;
            }
            // What is not ASCII begins with one of these, and may be read as ASCII, or as nothing at all.
            match (byte, bytes.get(at), bytes.get(at + 1)) {
                (0xC2, Some(0xAA | 0xB2 | 0xB3 | 0xB9..=0xBE), _)
                | (0xC4..=0xC7 | 0xCA | 0xCB, _, _)
                | (0xE1, Some(0xB4..=0xB6 | 0xBA), _)
                | (0xEA, Some(0x9F), _)
                | (0xE2, Some(0x82 | 0x84..=0x86 | 0x91..=0x93 | 0xB1), _)
                | (0xE2, Some(0x80), Some(0xA4))
                | (0xE2, Some(0x81), Some(0xB0..=0xBF))
                | (0xE3, Some(0x88..=0x8F), _)
                | (0xEF, Some(0xBC), Some(0x8E | 0x90..=0x99 | 0xA0..=0xBA))
                | (0xEF, Some(0xBD), Some(0x81..=0x9A))
                | (0xEF, Some(0xAC | 0xB9), _)
                | (0xF0, Some(0x90 | 0x9C | 0x9D), _)
                | (0xF0, Some(0x9F), Some(0x84..=0x87 | 0xAF)) => glance.wide = true,
                (0xC2, Some(0xAD), _)
                | (0xE2, Some(0x80 | 0x81 | 0x83), _)
                | (0xEF, Some(0xB8 | 0xBB), _)
                | (0xF3, _, _)
                | (0x80..=0xBF, _, _) => {}
                _ => run = 0,
            }
        }
        glance
    }

    /// Whether there is anything from which a thing could be made.
    pub(super) fn may_hold_any(self) -> bool {
        self.wide || self.dot || self.at_sign || self.digits >= 5 || self.run >= 5
    }
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization as _;

    use super::Glance;

    #[test]
    fn whatever_is_read_as_ascii_is_seen() {
        let mut missed = Vec::new();
        for c in '\u{80}'..=char::MAX {
            let read: String = std::iter::once(c).nfkc().collect();
            let telling = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '@';
            // Dots in a row are no address.
            let dots = read.starts_with("..");
            let read_as_ascii = read.chars().next().is_some_and(telling) && read != c.to_string();
            if !dots && read_as_ascii && !Glance::at(&c.to_string()).wide {
                missed.push(format!("U+{:04X}", u32::from(c)));
            }
        }
        assert_eq!(missed, Vec::<String>::new());
    }

    #[test]
    fn plain_chinese_holds_nothing_and_split_numbers_do() {
        assert!(!Glance::at("请问发票怎么开，谢谢！😀“好”…").may_hold_any());
        assert!(Glance::at("加 138 1234 5678").may_hold_any());
        assert!(Glance::at("a\u{200B}b\u{200B}c\u{200B}d\u{200B}e").may_hold_any());
    }
}
