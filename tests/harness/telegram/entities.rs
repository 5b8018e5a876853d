//! Entities with offsets in UTF-16 code units, to and from marks over bytes.

use bot_core::chat::{Mark, MarkKind, RichText, UserKey, utf16_len};
use guildhall_sandbox::World;
use serde_json::{Value, json};

use super::answer::{Judged, bad};
use super::chats;

/// A text with entities, as the server takes it: trimmed, and refused when an entity does not fit it.
pub(super) fn read(text: &str, entities: Option<&Value>) -> Judged<RichText> {
    let mut rich = RichText::plain(text);
    for entity in entities.and_then(Value::as_array).into_iter().flatten() {
        if let Some(mark) = mark(text, entity)? {
            rich.marks.push(mark);
        }
    }
    rich.marks.sort_by_key(|mark| (mark.start_utf8, std::cmp::Reverse(mark.end_utf8)));
    Ok(trimmed(rich))
}

fn mark(text: &str, entity: &Value) -> Judged<Option<Mark>> {
    let number = |name: &str| entity[name].as_i64().unwrap_or(0);
    let (offset, length) = (number("offset"), number("length"));
    for (what, value) in [("offset", offset), ("length", length)] {
        if !(0..=1_000_000).contains(&value) {
            return Err(bad(format_args!("receive an entity with incorrect {what} {value}")));
        }
    }
    let Some(kind) = kind(entity)? else { return Ok(None) };
    if length == 0 {
        return Ok(None);
    }
    let end = offset + length;
    let total = i64::try_from(utf16_len(text)).unwrap_or(i64::MAX);
    if offset >= total {
        return Err(bad(format_args!("entity begins after the end of the text at UTF-16 offset {offset}")));
    }
    if end > total {
        return Err(bad(format_args!(
            "entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset {end}"
        )));
    }
    let (start_utf8, starts_within) = byte_at(text, offset);
    let (end_utf8, ends_within) = byte_at(text, end);
    if starts_within || ends_within {
        let does = if starts_within { "starts" } else { "ends" };
        let at = if starts_within { start_utf8 } else { end_utf8 };
        return Err(bad(format_args!(
            "entity beginning at UTF-16 offset {offset} {does} in a middle of a UTF-16 symbol at byte offset {at}"
        )));
    }
    Ok(Some(Mark { start_utf8, end_utf8, kind }))
}

/// The byte at a UTF-16 offset, and whether the offset lies within a character.
fn byte_at(text: &str, offset: i64) -> (usize, bool) {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        if units >= offset {
            return (at, units > offset);
        }
        units += i64::try_from(c.len_utf16()).unwrap_or(1);
    }
    (text.len(), units > offset)
}

/// What an entity says; `None` for those that the server finds by itself.
fn kind(entity: &Value) -> Judged<Option<MarkKind>> {
    Ok(Some(match entity["type"].as_str().unwrap_or_default() {
        "bold" => MarkKind::Bold,
        "italic" => MarkKind::Italic,
        "underline" => MarkKind::Underline,
        "strikethrough" => MarkKind::Strike,
        "spoiler" => MarkKind::Spoiler,
        "code" => MarkKind::Code,
        "pre" => MarkKind::CodeBlock,
        "blockquote" | "expandable_blockquote" => MarkKind::Quote,
        "text_link" => {
            let url = entity["url"].as_str().unwrap_or_default();
            if !url.contains('.') && !url.contains("://") || url.contains(char::is_whitespace) {
                return Err(bad("entity URL is invalid"));
            }
            MarkKind::Link { url: url.to_owned() }
        }
        "text_mention" => match entity["user"]["id"].as_i64() {
            Some(id) => MarkKind::Mention { user: UserKey(id.to_string()) },
            None => return Err(bad("user not found")),
        },
        "mention" | "hashtag" | "cashtag" | "bot_command" | "url" | "email" | "phone_number"
        | "custom_emoji" => return Ok(None),
        _ => return Err(bad("unsupported MessageEntity type specified")),
    }))
}

/// Without white space at both ends; marks lose what lay in it.
fn trimmed(rich: RichText) -> RichText {
    let is_blank = |c: char| matches!(c, ' ' | '\n' | '\r' | '\t');
    let text = rich.text.trim_end_matches(is_blank);
    let cut = text.len() - text.trim_start_matches(is_blank).len();
    let end = text.len();
    let marks = rich.marks.into_iter().filter_map(|mark| {
        let (start, stop) = (mark.start_utf8.max(cut), mark.end_utf8.min(end));
        (start < stop).then(|| Mark { start_utf8: start - cut, end_utf8: stop - cut, kind: mark.kind })
    });
    RichText { marks: marks.collect(), text: text[cut..].to_owned() }
}

/// The entities of a text: those of its marks, and those that the server finds in it.
pub(super) fn of(world: &World, text: &RichText) -> Vec<Value> {
    let mut entities: Vec<(usize, Value)> =
        text.marks.iter().filter_map(|mark| Some((mark.start_utf8, of_mark(world, text, mark)?))).collect();
    for (start, end, kind) in found(&text.text) {
        let marked = text.marks.iter().any(|mark| mark.start_utf8 < end && start < mark.end_utf8);
        if !marked {
            entities.push((start, entity(&text.text, start, end, kind)));
        }
    }
    entities.sort_by_key(|(start, _)| *start);
    entities.into_iter().map(|(_, entity)| entity).collect()
}

fn entity(text: &str, start: usize, end: usize, kind: &str) -> Value {
    let (offset, length) = match (text.get(..start), text.get(start..end)) {
        (Some(before), Some(covered)) => (utf16_len(before), utf16_len(covered)),
        // A hostile mark goes out as it is.
        _ => (start, end.saturating_sub(start)),
    };
    json!({ "type": kind, "offset": offset, "length": length })
}

fn of_mark(world: &World, text: &RichText, mark: &Mark) -> Option<Value> {
    let of = |kind: &str| entity(&text.text, mark.start_utf8, mark.end_utf8, kind);
    Some(match &mark.kind {
        MarkKind::Bold => of("bold"),
        MarkKind::Italic => of("italic"),
        MarkKind::Underline => of("underline"),
        MarkKind::Strike => of("strikethrough"),
        MarkKind::Spoiler => of("spoiler"),
        MarkKind::Code => of("code"),
        MarkKind::CodeBlock => of("pre"),
        MarkKind::Quote => of("blockquote"),
        MarkKind::Link { url } => {
            let mut link = of("text_link");
            link["url"] = json!(url);
            link
        }
        MarkKind::Mention { user } => {
            if text.text.get(mark.start_utf8..mark.end_utf8).is_some_and(|name| name.starts_with('@')) {
                return Some(of("mention"));
            }
            let mut mention = of("text_mention");
            mention["user"] = chats::user(world, user);
            mention
        }
        MarkKind::MentionAll => return None,
    })
}

/// Commands, names after `@`, and links in a text, as the server marks them.
fn found(text: &str) -> Vec<(usize, usize, &'static str)> {
    let mut found = Vec::new();
    let mut at = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let start = at;
        at += word.len();
        let word = word.trim_end();
        let name_len =
            |rest: &str| rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        if let Some(rest) = word.strip_prefix('/') {
            let mut len = name_len(rest);
            if len > 0
                && let Some(bot) = rest[len..].strip_prefix('@')
            {
                len += 1 + name_len(bot);
            }
            if len > 0 {
                found.push((start, start + 1 + len, "bot_command"));
            }
        } else if let Some(rest) = word.strip_prefix('@') {
            if name_len(rest) >= 4 {
                found.push((start, start + 1 + name_len(rest), "mention"));
            }
        } else if word.starts_with("https://") || word.starts_with("http://") {
            found.push((start, start + word.len(), "url"));
        }
    }
    found
}
