//! Text with marks beside it, never markup inside it: what a user wrote cannot become formatting.

use serde::{Deserialize, Serialize};

use super::UserKey;

/// A text and the marks on it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RichText {
    /// The characters, without any markup.
    pub text: String,
    /// Marks, by start; they may nest but never cross.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Mark>,
}

/// A mark over the bytes `start_utf8..end_utf8` of the text, both on character boundaries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// First byte covered.
    pub start_utf8: usize,
    /// First byte no longer covered.
    pub end_utf8: usize,
    /// What the mark says.
    pub kind: MarkKind,
}

/// What a mark says of its characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    /// Bold.
    Bold,
    /// Italic.
    Italic,
    /// Underlined.
    Underline,
    /// Struck through.
    Strike,
    /// Hidden until touched.
    Spoiler,
    /// Code within a line.
    Code,
    /// A block of code.
    CodeBlock,
    /// Quoted from elsewhere.
    Quote,
    /// A link that shows other words than its address.
    Link {
        /// The address, as given.
        url: String,
    },
    /// A mention of a user, who is told of it.
    Mention {
        /// Who.
        user: UserKey,
    },
    /// A mention of everybody in the chat.
    MentionAll,
}

impl RichText {
    /// A text without marks.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), marks: Vec::new() }
    }

    /// Adds characters without a mark.
    #[must_use]
    pub fn then(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Adds characters with a mark over them.
    #[must_use]
    pub fn then_marked(mut self, text: &str, kind: MarkKind) -> Self {
        let start_utf8 = self.text.len();
        self.text.push_str(text);
        if !text.is_empty() {
            self.marks.push(Mark { start_utf8, end_utf8: self.text.len(), kind });
        }
        self
    }

    /// Adds bold characters.
    #[must_use]
    pub fn then_bold(self, text: &str) -> Self {
        self.then_marked(text, MarkKind::Bold)
    }

    /// Adds another text with its marks.
    #[must_use]
    pub fn then_rich(mut self, other: &RichText) -> Self {
        let shift = self.text.len();
        self.text.push_str(&other.text);
        self.marks.extend(other.marks.iter().map(|mark| Mark {
            start_utf8: mark.start_utf8 + shift,
            end_utf8: mark.end_utf8 + shift,
            kind: mark.kind.clone(),
        }));
        self
    }

    /// The users that are mentioned, in the order of the text.
    pub fn mentioned(&self) -> impl Iterator<Item = &UserKey> {
        self.marks.iter().filter_map(|mark| match &mark.kind {
            MarkKind::Mention { user } => Some(user),
            _ => None,
        })
    }

    /// Drops marks that lie outside the text, are empty, or split a character: a platform's offsets are not
    /// to be trusted.
    #[must_use]
    pub fn checked(mut self) -> Self {
        let text = &self.text;
        self.marks.retain(|mark| {
            mark.start_utf8 < mark.end_utf8
                && text.is_char_boundary(mark.start_utf8)
                && text.is_char_boundary(mark.end_utf8)
        });
        self
    }

    /// The first `max_utf8` bytes at most, cut between characters, with the marks that still fit.
    #[must_use]
    pub fn cut_to(mut self, max_utf8: usize) -> Self {
        if self.text.len() > max_utf8 {
            self.text.truncate(self.text.floor_char_boundary(max_utf8));
            let end = self.text.len();
            for mark in &mut self.marks {
                mark.end_utf8 = mark.end_utf8.min(end);
            }
        }
        self.checked()
    }
}

impl From<String> for RichText {
    fn from(text: String) -> Self {
        Self::plain(text)
    }
}

impl From<&str> for RichText {
    fn from(text: &str) -> Self {
        Self::plain(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_cover_what_was_added_with_them() {
        let text = RichText::plain("你好 ").then_bold("Lin").then("!");
        let mark = &text.marks[0];
        assert_eq!(&text.text[mark.start_utf8..mark.end_utf8], "Lin");
    }

    #[test]
    fn a_mark_that_splits_a_character_is_dropped() {
        let mark = |start_utf8, end_utf8| Mark { start_utf8, end_utf8, kind: MarkKind::Bold };
        let text =
            RichText { text: "你好".into(), marks: vec![mark(0, 3), mark(1, 3), mark(0, 99), mark(3, 3)] };
        assert_eq!(text.checked().marks, vec![mark(0, 3)]);
    }

    #[test]
    fn cutting_keeps_whole_characters() {
        let text = RichText::plain("").then_bold("你好吗").cut_to(7);
        assert_eq!((text.text.as_str(), text.marks[0].end_utf8), ("你好", 6));
    }
}
