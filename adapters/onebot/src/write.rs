//! Our content as segments. What users wrote only ever becomes text segments.

use bot_core::chat::{Attachment, AttachmentKind, Content, MarkKind, RichText};
use serde_json::Value;

use crate::files::Loaded;
use crate::keys;
use crate::segment::Segment;

/// The message as OneBot takes it, with the bytes that go along.
pub(crate) fn message(content: &Content, loaded: &Loaded<'_>) -> Vec<Segment> {
    let mut segments = Vec::new();
    if let Some(reply) = content.reply_to.as_ref().and_then(keys::message_of) {
        segments.push(Segment::of("reply", &[("id", reply.as_str())]));
    }
    push_text(&mut segments, &content.text);
    segments.extend(content.attachments.iter().filter_map(|one| file(one, loaded)));
    segments
}

/// Segments as JSON.
pub(crate) fn json(segments: &[Segment]) -> Value {
    segments.iter().map(Segment::json).collect()
}

/// Text with its mentions as `at` segments; what stands between them as text.
fn push_text(segments: &mut Vec<Segment>, text: &RichText) {
    let mut from = 0;
    for mark in &text.marks {
        let at = match &mark.kind {
            MarkKind::Mention { user } => Segment::of("at", &[("qq", user.as_str())]),
            MarkKind::MentionAll => Segment::of("at", &[("qq", "all")]),
            _ => continue,
        };
        if mark.start_utf8 < from {
            continue;
        }
        push_plain(segments, text.text.get(from..mark.start_utf8));
        segments.push(at);
        from = mark.end_utf8;
    }
    push_plain(segments, text.text.get(from..));
}

fn push_plain(segments: &mut Vec<Segment>, text: Option<&str>) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        segments.push(Segment::text(text));
    }
}

/// A file: its bytes, or the address or name that came with it.
fn file(attachment: &Attachment, loaded: &Loaded<'_>) -> Option<Segment> {
    let place = loaded.place(&attachment.file)?;
    let kind = match attachment.kind {
        AttachmentKind::Picture => "image",
        AttachmentKind::Video => "video",
        AttachmentKind::Audio => "record",
        AttachmentKind::File => {
            return Some(Segment::of("file", &[("file", &place), ("name", &attachment.name)]));
        }
    };
    Some(Segment::of(kind, &[("file", &place)]))
}

/// What an action's message says.
pub(crate) fn gist_of(content: &Content) -> String {
    gist(&message(content, &Loaded::default()))
}

/// Puts the address of each link behind its words, since QQ shows no other.
pub(crate) fn spell_links(text: &mut RichText) {
    let links: Vec<_> = text
        .marks
        .iter()
        .filter_map(|mark| match &mark.kind {
            MarkKind::Link { url } => Some((mark.start_utf8, mark.end_utf8, url.clone())),
            _ => None,
        })
        .collect();
    text.marks.retain(|mark| !matches!(mark.kind, MarkKind::Link { .. }));
    for (start, end, url) in links.into_iter().rev() {
        if text.text.get(start..end).is_none_or(|shown| shown == url) {
            continue;
        }
        let added = format!(" ({url})");
        text.text.insert_str(end, &added);
        for mark in text.marks.iter_mut().filter(|mark| mark.start_utf8 >= end) {
            mark.start_utf8 += added.len();
            mark.end_utf8 += added.len();
        }
    }
}

/// What a message says, in a form that is the same for what we send and for what QQ gives back of it.
pub(crate) fn gist(segments: &[Segment]) -> String {
    let mut gist = String::new();
    for segment in segments {
        match segment.kind.as_str() {
            "text" => gist.push_str(&segment.get("text").unwrap_or_default()),
            "at" => gist.push_str(&format!("@{}", segment.get("qq").unwrap_or_default())),
            "reply" => {}
            // Its name is all that tells one from another.
            "file" => {
                let name = segment.get("name").or_else(|| segment.get("file")).unwrap_or_default();
                gist.push_str(&format!("[file:{name}]"));
            }
            other => gist.push_str(&format!("[{other}]")),
        }
    }
    gist.retain(|c| !c.is_whitespace());
    gist
}

#[cfg(test)]
mod tests {
    use super::*;
    use bot_core::chat::MessageKey;
    use serde_json::json;

    #[test]
    fn user_text_stays_text_and_mentions_are_segments() {
        let text = RichText::plain("[CQ:at,qq=all] ")
            .then_marked("@Lin", MarkKind::Mention { user: "7".into() })
            .then(" 你好 ")
            .then_marked("@all", MarkKind::MentionAll);
        let content = Content::text(text).replying_to(MessageKey::from("-5"));
        assert_eq!(
            json(&message(&content, &Loaded::default())),
            json!([
                {"type": "reply", "data": {"id": "-5"}},
                {"type": "text", "data": {"text": "[CQ:at,qq=all] "}},
                {"type": "at", "data": {"qq": "7"}},
                {"type": "text", "data": {"text": " 你好 "}},
                {"type": "at", "data": {"qq": "all"}},
            ])
        );
    }

    #[test]
    fn links_are_spelt_out_and_marks_behind_them_move_along() {
        let mut text = RichText::plain("")
            .then_marked("here", MarkKind::Link { url: "http://x".into() })
            .then(" or ")
            .then_marked("http://y", MarkKind::Link { url: "http://y".into() })
            .then_marked("@L", MarkKind::Mention { user: "7".into() });
        spell_links(&mut text);
        assert_eq!(text.text, "here (http://x) or http://y@L");
        let mark = &text.marks[0];
        assert_eq!(&text.text[mark.start_utf8..mark.end_utf8], "@L");
    }

    #[test]
    fn the_gist_of_what_comes_back_is_the_gist_of_what_went_out() {
        let back = crate::segment::read(
            &json!([{"type": "reply", "data": {"id": 1}}, {"type": "text", "data": {"text": "hello there"}}]),
        );
        assert_eq!(gist_of(&Content::text("hello  there\n")), gist(&back));
    }
}
