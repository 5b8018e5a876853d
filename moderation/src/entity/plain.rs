//! A message as things besides words are looked for in it: half width, without characters that nobody sees.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;

use crate::fold::chars::in_black;

/// What is reused from message to message.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    text: String,
    from: Vec<usize>,
}

/// The text to search, and where each of its bytes comes from.
#[derive(Debug)]
pub(super) struct Plain<'a> {
    text: &'a str,
    /// For each byte of `text` the first byte of its character in the original, and at last the original's length.
    /// Empty where both are the same.
    from: &'a [usize],
}

impl<'a> Plain<'a> {
    pub(super) fn new(original: &'a str, scratch: &'a mut Scratch) -> Self {
        if original.chars().all(is_plain) {
            return Self { text: original, from: &[] };
        }
        let Scratch { text, from } = scratch;
        text.clear();
        from.clear();
        for (at, c) in original.char_indices() {
            if is_plain(c) {
                text.push(c);
            } else if let Some(letter) = in_black(c) {
                text.push(letter);
            } else if !is_unseen(c) {
                text.extend(std::iter::once(c).nfkc());
            }
            from.resize(text.len(), at);
        }
        from.push(original.len());
        Self { text, from }
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// The bytes of the original that `range` was read from.
    pub(super) fn original(&self, range: Range<usize>, original: &str) -> Range<usize> {
        if self.from.is_empty() {
            return range;
        }
        let start = self.from[range.start];
        let last = self.from[range.end.max(1) - 1];
        let length = original[last..].chars().next().map_or(0, char::len_utf8);
        start..(last + length).max(start)
    }
}

/// Whether a character is read as it stands.
fn is_plain(c: char) -> bool {
    matches!(c, '\0'..='\u{AC}' | '\u{AE}'..='\u{1FFF}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205E}'
        | '\u{20A0}'..='\u{20CF}' | '\u{3001}'..='\u{31FF}' | '\u{3400}'..='\u{F8FF}')
}

fn is_unseen(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{2000}'..='\u{200F}' | '\u{2028}'..='\u{202F}' | '\u{2060}'..='\u{206F}'
        | '\u{20D0}'..='\u{20FF}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E01EF}')
        && c != '\u{202F}'
}

#[cfg(test)]
mod tests {
    use super::{Plain, Scratch};

    #[test]
    fn places_lead_back_to_the_writers_own_characters() {
        let mut scratch = Scratch::default();
        assert_eq!(Plain::new("🆅🅧", &mut scratch).text(), "vx");
        let original = "加ｖｘ：a\u{200B}b①２";
        let plain = Plain::new(original, &mut scratch);
        assert_eq!(plain.text(), "加vx:ab12");
        let at = plain.text().find("ab12").unwrap();
        assert_eq!(&original[plain.original(at..at + 4, original)], "a\u{200B}b①２");
    }
}
