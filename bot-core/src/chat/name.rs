//! Makes names that people chose for themselves safe to show.

use unicode_normalization::char::is_combining_mark;

/// The longest display name that is shown, in characters.
const NAME_MAX_CHARS: usize = 48;
/// More combining marks than this on one letter are a trick, not a language.
const MARKS_MAX_PER_LETTER: usize = 3;

/// A name in one line, without control, invisible or text-direction characters, without piles of combining
/// marks, and at most 48 characters long. Gives `fallback` when nothing visible is left.
pub fn clean_display_name(name: &str, fallback: &str) -> String {
    let mut clean = String::new();
    let mut marks = 0;
    let mut letters = 0;
    for c in name.chars() {
        if is_combining_mark(c) {
            marks += 1;
            if marks > MARKS_MAX_PER_LETTER || clean.is_empty() {
                continue;
            }
        } else {
            marks = 0;
            if is_hidden(c) {
                continue;
            }
            letters += 1;
            if letters > NAME_MAX_CHARS {
                clean.push('…');
                break;
            }
        }
        clean.push(if c.is_whitespace() { ' ' } else { c });
    }
    let clean = clean.trim();
    if clean.is_empty() { fallback.to_owned() } else { clean.to_owned() }
}

/// Characters that change how text is laid out, or that cannot be seen at all.
fn is_hidden(c: char) -> bool {
    c.is_control() && !c.is_whitespace()
        || matches!(c, '\u{00AD}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{3164}' | '\u{FEFF}'
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_becomes_one_short_plain_line() {
        assert_eq!(clean_display_name("Lin\u{202E}nimdA", "user"), "LinnimdA");
        assert_eq!(clean_display_name("a\nb\u{0}c", "user"), "a bc");
        assert_eq!(clean_display_name("\u{200B}\u{3164}", "user 7"), "user 7");
        let zalgo = format!("Z{}o", "\u{0301}".repeat(1000));
        assert_eq!(clean_display_name(&zalgo, "user").chars().count(), 5);
        assert_eq!(clean_display_name(&"王".repeat(100), "user").chars().count(), 49);
    }

    #[test]
    fn an_honest_name_stays_as_it_is() {
        for name in ["小林的店", "José Ñandú", "Nguyễn Thị Hồng", "Lin & Söhne 🍜", "<b>Lin</b>"]
        {
            assert_eq!(clean_display_name(name, "user"), name);
        }
    }
}
