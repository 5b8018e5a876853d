//! Telegram's entities and our marks: the same thing, counted in UTF-16 units there and in bytes here.

use bot_core::chat::{Mark, MarkKind, RichText, UserKey};

use crate::wire::Entity;

/// A text with the marks that its entities are. Entities that do not fit the text are dropped, and those that only
/// name what anybody can see (a hashtag, an address).
pub(crate) fn rich(text: &str, entities: &[Entity]) -> RichText {
    let marks = entities.iter().filter_map(|entity| {
        let kind = kind_of(entity)?;
        let start_utf8 = byte_of(text, entity.offset)?;
        let end_utf8 = byte_of(text, entity.offset.checked_add(entity.length)?)?;
        Some(Mark { start_utf8, end_utf8, kind })
    });
    let mut marks: Vec<Mark> = marks.collect();
    marks.sort_by_key(|mark| (mark.start_utf8, std::cmp::Reverse(mark.end_utf8)));
    RichText { text: text.to_owned(), marks }.checked()
}

fn kind_of(entity: &Entity) -> Option<MarkKind> {
    Some(match entity.kind.as_str() {
        "bold" => MarkKind::Bold,
        "italic" => MarkKind::Italic,
        "underline" => MarkKind::Underline,
        "strikethrough" => MarkKind::Strike,
        "spoiler" => MarkKind::Spoiler,
        "code" => MarkKind::Code,
        "pre" => MarkKind::CodeBlock,
        "blockquote" | "expandable_blockquote" => MarkKind::Quote,
        "text_link" => MarkKind::Link { url: entity.url.clone()? },
        "text_mention" => MarkKind::Mention { user: UserKey(entity.user.as_ref()?.id.to_string()) },
        _ => return None,
    })
}

/// The byte at which the UTF-16 unit `unit` begins; `None` inside a character or past the end.
fn byte_of(text: &str, unit: usize) -> Option<usize> {
    let mut units = 0;
    for (byte, c) in text.char_indices() {
        if units == unit {
            return Some(byte);
        }
        units += c.len_utf16();
    }
    (units == unit).then_some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entity(kind: &str, offset: usize, length: usize) -> Entity {
        Entity { kind: kind.to_owned(), offset, length, url: None, user: None }
    }

    #[test]
    fn offsets_are_counted_in_utf16_there_and_in_bytes_here() {
        let text = "😀你好 Lin";
        let marks = rich(text, &[entity("bold", 2, 2), entity("italic", 5, 3)]).marks;
        let words: Vec<&str> = marks.iter().map(|mark| &text[mark.start_utf8..mark.end_utf8]).collect();
        assert_eq!(words, ["你好", "Lin"]);
    }

    #[test]
    fn entities_that_do_not_fit_are_dropped() {
        for (offset, length) in [(1, 1), (0, 99), (3, 0), (usize::MAX, 2)] {
            assert_eq!(rich("😀ab", &[entity("bold", offset, length)]).marks, vec![], "{offset}+{length}");
        }
    }

    #[test]
    fn a_mention_without_a_username_names_its_user() {
        let json = r#"{"type":"text_mention","offset":0,"length":3,"user":{"id":7,"is_bot":false,"first_name":"Lin"}}"#;
        let text = rich("Lin?", &[serde_json::from_str(json).unwrap()]);
        assert_eq!(text.mentioned().collect::<Vec<_>>(), [&UserKey::from("7")]);
    }
}
