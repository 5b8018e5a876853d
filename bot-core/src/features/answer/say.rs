//! How an answer looks.

use super::words::is_han;
use crate::chat::{Lang, MarkKind, RichText, UserKey};
use crate::store::answer::ArticleText;

/// An article as it is shown, and whether something was left out.
pub(super) fn article(text: &ArticleText, max_columns: usize) -> (RichText, bool) {
    let (body, cut) = cut_body(text.body.trim(), max_columns);
    (RichText::plain("").then_bold(text.title.trim()).then("\n\n").then(body), cut)
}

/// A mention of a user, then a sentence.
pub(super) fn to_user(name: &str, user: &UserKey, sentence: &str) -> RichText {
    RichText::plain("").then_marked(name, MarkKind::Mention { user: user.clone() }).then(" ").then(sentence)
}

/// As much of a text as fits, cut after a paragraph, else after a sentence, else anywhere; and whether it was cut.
fn cut_body(body: &str, max_columns: usize) -> (&str, bool) {
    let mut columns = 0;
    let fits = body.char_indices().find_map(|(at, c)| {
        columns += if is_wide(c) { 2 } else { 1 };
        (columns > max_columns).then_some(at)
    });
    let Some(fits) = fits else { return (body, false) };
    let part = &body[..fits];
    // A cut that leaves less than half is worse than one within a paragraph.
    let late = |at: &usize| *at >= fits / 2;
    let paragraph = part.rfind("\n\n").filter(late);
    let sentence = || {
        part.char_indices()
            .filter(|(at, c)| match c {
                '。' | '！' | '？' | '；' | '\n' => true,
                '.' | '!' | '?' => body[at + 1..].starts_with(char::is_whitespace),
                _ => false,
            })
            .map(|(at, c)| at + c.len_utf8())
            .next_back()
            .filter(late)
    };
    let word = || part.rfind(char::is_whitespace).filter(late);
    (part[..paragraph.or_else(sentence).or_else(word).unwrap_or(fits)].trim_end(), true)
}

/// Whether a character takes two columns.
fn is_wide(c: char) -> bool {
    is_han(c) || matches!(c, '\u{3000}'..='\u{303F}' | '\u{FF01}'..='\u{FF60}')
}

/// The language that a text is written in, by its script.
pub(super) fn script(text: &str) -> Lang {
    if text.contains(is_han) { Lang::Zh } else { Lang::En }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_body_is_shown_whole() {
        let text = ArticleText { title: "Fees".into(), questions: Vec::new(), body: "None.\n".into() };
        let (shown, cut) = article(&text, 100);
        assert_eq!((shown.text.as_str(), cut), ("Fees\n\nNone.", false));
        assert_eq!((shown.marks.len(), shown.marks[0].end_utf8), (1, 4));
    }

    #[test]
    fn a_long_body_is_cut_where_a_thought_ends() {
        assert_eq!(cut_body("One two.\n\nThree four.", 12), ("One two.", true));
        assert_eq!(cut_body("One two. Three four five", 15), ("One two.", true));
        assert_eq!(
            cut_body("It is 3.5 or so and more", 10),
            ("It is 3.5", true),
            "a decimal point ends nothing"
        );
        assert_eq!(cut_body("佣金是百分之五。另收手续费。", 20), ("佣金是百分之五。", true));
        assert_eq!(cut_body("佣金佣金佣金", 7), ("佣金佣", true), "whole characters");
        assert_eq!(cut_body("", 0), ("", false));
    }

    #[test]
    fn the_script_tells_the_language() {
        assert_eq!((script("ERP怎么对接"), script("what is 401?")), (Lang::Zh, Lang::En));
    }
}
