//! Cuts a long text into messages, for platforms whose messages are short.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;

use super::{Mark, MarkKind, RichText};

/// The length of a text in UTF-16 code units, the measure of Telegram and Discord clients.
pub fn utf16_len(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Cuts `text` into parts of at most `max_utf16` code units each (at least 2, the length of one emoji).
///
/// A cut falls between paragraphs where it can, else between lines, sentences or words, else between two
/// characters as people see them. It keeps out of mentions, links and code unless one of them alone is too
/// long, and out of other marks where that costs no more than half a message. White space around a cut is
/// dropped. Text that fits comes back as it is; text without anything visible gives no parts.
pub fn split_rich_text(text: &RichText, max_utf16: usize) -> Vec<RichText> {
    let max_utf16 = max_utf16.max(2);
    let mut parts = Vec::new();
    let mut rest = 0..text.text.len();
    while !text.text[rest.clone()].trim().is_empty() {
        let end = match overflow_at(&text.text[rest.clone()], max_utf16) {
            None => rest.end,
            Some(room_utf8) => rest.start + cut_at(text, rest.start, room_utf8),
        };
        let part = if end == rest.end && parts.is_empty() {
            rest.clone()
        } else {
            trimmed_end(&text.text, rest.start..end)
        };
        if !part.is_empty() {
            parts.push(slice(text, part));
        }
        rest.start = end + leading_breaks(&text.text[..end], &text.text[end..]);
    }
    parts
}

/// The bytes of `text` that fit into `max_utf16` units; `None` when all of it fits.
fn overflow_at(text: &str, max_utf16: usize) -> Option<usize> {
    let mut units = 0;
    text.char_indices().find_map(|(at, c)| {
        units += c.len_utf16();
        (units > max_utf16).then_some(at)
    })
}

/// How many bytes after `start` to cut, at most `room`.
fn cut_at(text: &RichText, start: usize, room: usize) -> usize {
    let window = &text.text[start..start + room];
    let free = |at: usize, careful: bool| !cuts_a_mark(text, start + at, room, careful);
    for careful in [true, false] {
        for boundary in [after_paragraph, after_line, after_sentence, after_word] {
            let best = boundaries(window, boundary).filter(|at| *at >= room / 3 && free(*at, careful)).last();
            if let Some(at) = best {
                return at;
            }
        }
    }
    let graphemes = || {
        let starts = text.text[start..].grapheme_indices(true).map(|(at, _)| at);
        starts.take_while(|at| *at <= room).filter(|at| *at > 0)
    };
    boundaries(window, after_word)
        .filter(|at| *at > 0 && free(*at, false))
        .last()
        .or_else(|| graphemes().filter(|at| free(*at, false)).last())
        .or_else(|| graphemes().last())
        .unwrap_or(room)
}

/// The offsets in `window` at which `is_boundary` holds for the text before and after.
fn boundaries(window: &str, is_boundary: fn(&str, &str) -> bool) -> impl Iterator<Item = usize> {
    window
        .char_indices()
        .map(|(at, c)| at + c.len_utf8())
        .filter(move |at| is_boundary(&window[..*at], &window[*at..]))
}

fn after_paragraph(before: &str, _: &str) -> bool {
    before.ends_with("\n\n")
}

fn after_line(before: &str, _: &str) -> bool {
    before.ends_with('\n')
}

fn after_sentence(before: &str, after: &str) -> bool {
    before.ends_with(['。', '！', '？', '；', '…'])
        || before.ends_with(['.', '!', '?', ';']) && after.starts_with(char::is_whitespace)
}

fn after_word(before: &str, after: &str) -> bool {
    before.ends_with(char::is_whitespace) && !after.starts_with(char::is_whitespace)
        || before.ends_with(['，', '、'])
}

/// Whether a cut at `at` falls inside a mark that should stay whole. When `careful`, any mark shorter than half
/// the room counts; else only those that make no sense in pieces.
fn cuts_a_mark(text: &RichText, at: usize, room: usize, careful: bool) -> bool {
    text.marks.iter().filter(|mark| mark.start_utf8 < at && at < mark.end_utf8).any(|mark| {
        let whole = matches!(
            mark.kind,
            MarkKind::Mention { .. } | MarkKind::MentionAll | MarkKind::Link { .. } | MarkKind::Code
        );
        whole || careful && mark.end_utf8 - mark.start_utf8 <= room / 2
    })
}

fn trimmed_end(text: &str, range: Range<usize>) -> Range<usize> {
    range.start..range.start + text[range].trim_end().len()
}

/// The bytes of white space after a cut that are dropped: all but the indent of the next line.
fn leading_breaks(before: &str, rest: &str) -> usize {
    let blank = rest.len() - rest.trim_start().len();
    match rest[..blank].rfind('\n') {
        Some(at) => at + 1,
        None if before.ends_with('\n') => 0,
        None => blank,
    }
}

/// A piece of a text with the pieces of marks on it.
fn slice(text: &RichText, range: Range<usize>) -> RichText {
    let marks = text.marks.iter().filter_map(|mark| {
        let (start, end) = (mark.start_utf8.max(range.start), mark.end_utf8.min(range.end));
        (start < end).then(|| Mark {
            start_utf8: start - range.start,
            end_utf8: end - range.start,
            kind: mark.kind.clone(),
        })
    });
    RichText { text: text.text[range.clone()].to_owned(), marks: marks.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::UserKey;

    fn texts(text: &RichText, max_utf16: usize) -> Vec<String> {
        let parts = split_rich_text(text, max_utf16);
        for part in &parts {
            assert!(utf16_len(&part.text) <= max_utf16, "{part:?}");
            assert_eq!(part, &part.clone().checked());
        }
        parts.into_iter().map(|part| part.text).collect()
    }

    #[test]
    fn what_fits_stays_as_it_is_and_nothing_gives_nothing() {
        assert_eq!(texts(&"  hello \n".into(), 20), ["  hello \n"]);
        assert_eq!(texts(&"".into(), 20), Vec::<String>::new());
        assert_eq!(texts(&" \n ".into(), 20), Vec::<String>::new());
    }

    #[test]
    fn paragraphs_come_before_lines_before_sentences_before_words() {
        assert_eq!(texts(&"one two\n\nthree. four\nfive".into(), 20), ["one two", "three. four\nfive"]);
        assert_eq!(texts(&"one two. three four\nfive six".into(), 24), ["one two. three four", "five six"]);
        assert_eq!(texts(&"one two three. four five".into(), 20), ["one two three.", "four five"]);
        assert_eq!(texts(&"one two three four five".into(), 16), ["one two three", "four five"]);
        assert_eq!(
            texts(&"第一句话。第二句话，还没有完".into(), 8),
            ["第一句话。", "第二句话，", "还没有完"]
        );
    }

    #[test]
    fn no_character_is_cut_in_two() {
        assert_eq!(texts(&"😀😀😀".into(), 3), ["😀", "😀", "😀"]);
        let family = "👨‍👩‍👧‍👦";
        assert_eq!(texts(&format!("ab{family}").into(), 12), ["ab", family]);
        let zalgo = format!("Z{}", "\u{0301}".repeat(30));
        assert_eq!(texts(&zalgo.clone().into(), 10).concat(), zalgo);
    }

    #[test]
    fn a_mention_stays_whole_and_a_long_bold_goes_on() {
        let mention = MarkKind::Mention { user: UserKey::from("u1") };
        let text = RichText::plain("please ask now ").then_marked("@Lin of Shop", mention.clone());
        let parts = split_rich_text(&text, 20);
        assert_eq!(parts[0].text, "please ask now");
        assert_eq!(parts[1], RichText::default().then_marked("@Lin of Shop", mention));

        let bold = RichText::default().then_bold("one two three four five");
        let parts = split_rich_text(&bold, 12);
        assert!(parts.iter().all(|part| part.marks.len() == 1 && part.marks[0].end_utf8 == part.text.len()));
    }

    #[test]
    fn a_link_longer_than_a_message_is_cut_all_the_same() {
        let link = RichText::default()
            .then_marked(&"x".repeat(50), MarkKind::Link { url: "https://example.org".into() });
        assert_eq!(
            split_rich_text(&link, 20).iter().map(|part| part.text.len()).collect::<Vec<_>>(),
            [20, 20, 10]
        );
    }

    #[test]
    fn the_indent_of_the_next_line_is_kept() {
        assert_eq!(texts(&"a list of:\n\n  - one\n  - two".into(), 16), ["a list of:", "  - one\n  - two"]);
    }

    #[test]
    fn any_text_at_any_limit_loses_only_white_space() {
        let text = RichText::plain("Hello 世界, ").then_bold("a  b\n\n c😀d").then(" \t end。 fin👨‍👩‍👧‍👦!");
        let visible = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        for max_utf16 in 2..50 {
            assert_eq!(visible(&texts(&text, max_utf16).concat()), visible(&text.text), "{max_utf16}");
        }
    }
}
