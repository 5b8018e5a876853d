//! Which scripts put blanks between words, and so where a word begins and ends.

/// What a character counts as when a word's edge is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Letters of scripts with blanks between words: Latin, Cyrillic, Greek, Arabic and the like.
    Letter,
    Digit,
    /// Scripts that run words together, or hang particles onto them: Han, kana, Hangul, Thai, Khmer, Burmese.
    RunTogether,
    /// Blanks, punctuation, symbols.
    Other,
}

fn class(c: char) -> Class {
    match c {
        'a'..='z' | 'A'..='Z' => Class::Letter,
        '0'..='9' => Class::Digit,
        _ if c.is_ascii() => Class::Other,
        '\u{0E00}'..='\u{0EFF}'
        | '\u{1000}'..='\u{109F}'
        | '\u{1100}'..='\u{11FF}'
        | '\u{1780}'..='\u{17FF}'
        | '\u{2E80}'..='\u{2FDF}'
        | '\u{3005}'..='\u{3007}'
        | '\u{3021}'..='\u{318F}'
        | '\u{31A0}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{A960}'..='\u{A97F}'
        | '\u{AC00}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}' => Class::RunTogether,
        _ if c.is_numeric() => Class::Digit,
        _ if c.is_alphabetic() => Class::Letter,
        _ => Class::Other,
    }
}

/// Whether a character is Han.
pub(crate) fn is_han(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}')
}

/// How the edges of a deny word must lie in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Edges {
    /// A letter edge must not touch another letter, nor a digit edge another digit; Han needs no edge. So `vx` is
    /// found in `加vx888` and not in `vxworks`, and 大麻 is found anywhere.
    #[default]
    ByScript,
    /// `whole_word = true`: letters and digits count as one, and Han must not touch Han.
    Whole,
    /// `whole_word = false`: anywhere.
    Anywhere,
}

impl Edges {
    /// Whether a match has the edges that are asked for, from its first and its last character and the characters
    /// that touch them outside, if any do.
    pub(crate) fn hold(self, before: Option<char>, first: char, last: char, after: Option<char>) -> bool {
        self == Self::Anywhere || (self.parts(before, first) && self.parts(after, last))
    }

    /// Whether there is an edge between a word's outermost character and its neighbour outside.
    fn parts(self, outside: Option<char>, inside: char) -> bool {
        let Some(outside) = outside.map(class) else { return true };
        let inside = class(inside);
        match (self, inside) {
            (_, Class::Other) | (Self::Anywhere, _) | (Self::ByScript, Class::RunTogether) => true,
            (Self::Whole, Class::Letter | Class::Digit) => !matches!(outside, Class::Letter | Class::Digit),
            _ => outside != inside,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Edges::{self, Anywhere, ByScript, Whole};

    fn holds(edges: Edges, text: &str, word: &str) -> bool {
        let at = text.find(word).unwrap();
        let (before, after) = (&text[..at], &text[at + word.len()..]);
        let outermost = (word.chars().next().unwrap(), word.chars().next_back().unwrap());
        edges.hold(before.chars().next_back(), outermost.0, outermost.1, after.chars().next())
    }

    #[test]
    fn latin_needs_an_edge_and_han_does_not() {
        assert!(holds(ByScript, "加vx888", "vx"));
        assert!(holds(ByScript, "加vx群", "vx"));
        assert!(!holds(ByScript, "vxworks", "vx"));
        assert!(!holds(ByScript, "c42", "c4"));
        assert!(holds(ByScript, "买大麻吗", "大麻"));
        assert!(holds(ByScript, "ساقي ok", "ok"));
    }

    #[test]
    fn whole_word_is_stricter_and_anywhere_is_not_strict() {
        assert!(!holds(Whole, "加vx888", "vx"));
        assert!(holds(Whole, "加vx群", "vx"));
        assert!(!holds(Whole, "买大麻吗", "大麻"));
        assert!(holds(Whole, "买 大麻!", "大麻"));
        assert!(holds(Anywhere, "vxworks", "vx"));
    }
}
