//! Views of a message: the same text read another way, each place keeping its offset in the original.
//!
//! A view never replaces the message. Detection runs on views and reports in the original's bytes, so a verdict
//! shows the writer's own characters. A further way of reading is a further [`ViewKind`] and its constructor here;
//! nothing else needs to know how it folds.

pub(crate) mod chars;
mod offsets;
pub(crate) mod reading;
pub(crate) mod script;
pub(crate) mod table;

use std::borrow::Cow;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use offsets::Offsets;

/// Which way of reading found a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ViewKind {
    /// The text as it was written.
    Exact,
    /// Without differences of case and width, accents, and characters that nobody sees.
    Folded,
    /// Without blanks, marks and emoji put between the characters of a word.
    Skip,
    /// With look-alike letters of other scripts, and digits that stand for letters, read as what they look like.
    Confusable,
    /// With traditional characters read as simplified ones, and numerals and enclosed letters as plain ones.
    Traditional,
    /// With characters put together again that were written as their parts.
    Split,
    /// With a character read as one that looks like it.
    Visual,
    /// With Latin syllables read as the characters that are spoken so.
    Pinyin,
    /// With Latin letters read as the first letters of syllables.
    Initials,
    /// With a character read as another that is spoken alike.
    Homophone,
    /// With a word's characters in another order.
    Shuffled,
    /// With an emoji read as what it shows.
    Emoji,
    /// With one character of a longer word replaced.
    Swapped,
}

/// How far a way of reading can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// What was read is what stands there, whatever it was dressed in.
    #[default]
    Sure,
    /// What was read may have been meant; ordinary text can look the same.
    Unsure,
}

impl ViewKind {
    /// How far this way of reading can be trusted.
    pub fn tier(self) -> Tier {
        match self {
            Self::Exact | Self::Folded | Self::Skip | Self::Confusable | Self::Traditional => Tier::Sure,
            Self::Split
            | Self::Visual
            | Self::Pinyin
            | Self::Initials
            | Self::Homophone
            | Self::Shuffled
            | Self::Emoji
            | Self::Swapped => Tier::Unsure,
        }
    }
}

/// One way of reading one message.
#[derive(Debug, Clone)]
pub struct View<'a> {
    text: Cow<'a, str>,
    kind: ViewKind,
    offsets: Offsets,
}

impl<'a> View<'a> {
    /// The text as it was written.
    pub fn exact(original: &'a str) -> Self {
        Self { text: Cow::Borrowed(original), kind: ViewKind::Exact, offsets: Offsets::identity() }
    }

    /// The text as it is read when case, width, accents and invisible characters do not count.
    ///
    /// Text that folds to itself is borrowed and costs no allocation. Time and memory are linear in the original.
    pub fn folded(original: &'a str) -> Self {
        let mut offsets = Offsets::identity();
        let same = unchanged_prefix_utf8_len(original);
        let text = if same == original.len() {
            Cow::Borrowed(original)
        } else {
            let mut text = String::with_capacity(original.len());
            text.push_str(&original[..same]);
            for (at, c) in original[same..].char_indices() {
                let before = text.len();
                chars::fold_char(c, |f| text.push(f));
                offsets.record(before, &text[before..], same + at, c.len_utf8());
            }
            Cow::Owned(text)
        };
        Self { text, kind: ViewKind::Folded, offsets }
    }

    /// The text to search.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Which way of reading this is.
    pub fn kind(&self) -> ViewKind {
        self.kind
    }

    /// Whether this view reads the message exactly as it was written.
    pub fn is_unchanged(&self) -> bool {
        matches!(self.text, Cow::Borrowed(_))
    }

    /// The bytes of the original that the bytes `range` of this view were read from.
    ///
    /// `range` must lie on character boundaries of [`View::text`]; the answer lies on those of the original. A place
    /// inside the several characters that one was read as (`㎏`) stands for that whole character.
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        self.offsets.original(range)
    }
}

/// The folded form of a policy's own word, without blanks around it.
pub(crate) fn fold_word(word: &str) -> String {
    View::folded(word).text().trim().to_owned()
}

fn unchanged_prefix_utf8_len(text: &str) -> usize {
    text.char_indices().find(|&(_, c)| !folds_to_itself(c)).map_or(text.len(), |(at, _)| at)
}

fn folds_to_itself(c: char) -> bool {
    let mut count = 0;
    let mut same = true;
    chars::fold_char(c, |f| {
        count += 1;
        same &= f == c;
    });
    same && count == 1
}

#[cfg(test)]
mod tests {
    use super::View;

    #[test]
    fn a_match_in_the_view_shows_the_writers_own_characters() {
        let original = "买 Ｄ\u{200B}r\u{336}ÚG 吗";
        let view = View::folded(original);
        assert_eq!(view.text(), "买 drug 吗");
        let at = view.text().find("drug").unwrap();
        assert_eq!(&original[view.original(at..at + 4)], "Ｄ\u{200B}r\u{336}ÚG");
    }

    #[test]
    fn half_of_an_expanded_character_stands_for_all_of_it() {
        let original = "5㎏";
        let view = View::folded(original);
        assert_eq!(view.text(), "5kg");
        assert_eq!(&original[view.original(2..3)], "㎏");
        assert_eq!(&original[view.original(0..2)], "5㎏");
        let original = "⒑元";
        let view = View::folded(original);
        assert_eq!(view.text(), "10.元");
        assert_eq!(&original[view.original(1..2)], "⒑", "as long as what it is read as");
        assert_eq!(&original[view.original(3..6)], "元");
    }

    #[test]
    fn ordinary_text_is_borrowed() {
        assert!(View::folded("微信支付怎么开通？谢谢！\nok.").is_unchanged());
        assert!(!View::folded("OK").is_unchanged());
    }
}
