//! Our content as Discord's messages. Who is mentioned is always said: no text can ring for anybody by itself.

pub(crate) mod components;
pub(crate) mod text;

use std::num::NonZeroU64;

use bot_core::chat::{Content, MarkKind, RichText};
use serde_json::{Value, json};
use serenity::builder::{CreateAllowedMentions, CreateMessage, EditMessage};
use serenity::model::channel::{MessageFlags, Nonce};
use serenity::model::id::UserId;

use crate::keys;
use crate::wire::Id;

/// Most people that one message rings for.
const RINGS_MAX: usize = 100;

/// A message to be sent. `answers` is the message that it replies to, `files` the names of what goes along.
pub(crate) fn message(
    content: &Content,
    answers: Option<Id>,
    nonce: Option<String>,
    files: &[String],
) -> Value {
    let mut message = CreateMessage::new()
        .allowed_mentions(mentions(&content.text))
        .components(components::rows(&content.buttons));
    if let Some(nonce) = nonce {
        message = message.nonce(Nonce::String(nonce)).enforce_nonce(true);
    }
    let mut body = serde_json::to_value(&message).unwrap_or_default();
    put_words(&mut body, &content.text);
    if let Some(id) = answers {
        // Words are not lost because what they answer is gone.
        body["message_reference"] = json!({ "message_id": id.to_string(), "fail_if_not_exists": false });
    }
    body["attachments"] = Value::Array(
        files.iter().enumerate().map(|(at, name)| json!({ "id": at, "filename": name })).collect(),
    );
    body
}

/// New content of a message. Its files stay.
pub(crate) fn edit(content: &Content) -> Value {
    let edit = EditMessage::new()
        .allowed_mentions(mentions(&content.text))
        .components(components::rows(&content.buttons));
    let mut body = serde_json::to_value(&edit).unwrap_or_default();
    put_words(&mut body, &content.text);
    if let Some(body) = body.as_object_mut() {
        body.remove("attachments");
    }
    body
}

/// Puts the words where they have room: in the message itself, or in an embed. An edit takes them out of where they
/// stood before.
fn put_words(body: &mut Value, words: &RichText) {
    let written = text::markdown(words);
    if text::is_card(words) {
        body["content"] = json!("");
        body["embeds"] = json!([{ "description": written }]);
        body["flags"] = json!(0);
    } else {
        body["content"] = json!(written);
        body["embeds"] = json!([]);
        // Nobody asked for a preview of what a text links to.
        body["flags"] = json!(MessageFlags::SUPPRESS_EMBEDS.bits());
    }
}

/// Words for one person alone, in answer to a press.
pub(crate) fn whisper(words: &str) -> Value {
    json!({
        "content": text::markdown(&RichText::plain(words)),
        "flags": MessageFlags::EPHEMERAL.bits() | MessageFlags::SUPPRESS_EMBEDS.bits(),
        "allowed_mentions": { "parse": [] },
    })
}

/// Whom a text rings for: those that it mentions by mark, and nobody else.
fn mentions(text: &RichText) -> CreateAllowedMentions {
    let everyone = text.marks.iter().any(|mark| mark.kind == MarkKind::MentionAll);
    let ids = text.mentioned().filter_map(|user| keys::user_id(user).and_then(|id| NonZeroU64::new(id.0)));
    let mut users: Vec<UserId> = ids.map(UserId::from).collect();
    users.sort_unstable();
    users.dedup();
    users.truncate(RINGS_MAX);
    CreateAllowedMentions::new().everyone(everyone).users(users).replied_user(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bot_core::chat::UserKey;

    #[test]
    fn no_text_rings_for_anybody_by_itself() {
        let body = message(&Content::text("@everyone <@7> <@&8>"), None, None, &[]);
        assert_eq!(body["allowed_mentions"]["parse"], json!([]));
        assert_eq!(body["allowed_mentions"]["users"], json!([]));
        assert_eq!(whisper("@everyone")["allowed_mentions"], json!({ "parse": [] }));
        let edited = edit(&Content::text("@everyone"));
        assert_eq!(edited["allowed_mentions"]["parse"], json!([]));
        assert_eq!(edited.get("attachments"), None, "its files stay");
    }

    #[test]
    fn what_is_too_long_for_a_message_stands_in_an_embed() {
        let (short, long) = (Content::text("x"), Content::text("长".repeat(3_000)));
        for body in [message(&long, None, None, &[]), edit(&long)] {
            assert_eq!((&body["content"], &body["flags"]), (&json!(""), &json!(0)), "an embed that shows");
            assert_eq!(body["embeds"][0]["description"].as_str().unwrap().chars().count(), 3_000);
        }
        for body in [message(&short, None, None, &[]), edit(&short)] {
            assert_eq!(
                (&body["content"], &body["embeds"], &body["flags"]),
                (&json!("x"), &json!([]), &json!(4))
            );
        }
    }

    #[test]
    fn who_is_mentioned_by_mark_is_rung_for_once() {
        let mention = || MarkKind::Mention { user: UserKey::from("7") };
        let text = RichText::default().then_marked("Lin", mention()).then_marked("Lin", mention());
        let body = message(&Content::text(text), None, None, &[]);
        assert_eq!(body["allowed_mentions"]["users"], json!(["7"]));
        let all = RichText::default().then_marked("all", MarkKind::MentionAll);
        assert_eq!(
            message(&Content::text(all), None, None, &[])["allowed_mentions"]["parse"],
            json!(["everyone"])
        );
    }

    #[test]
    fn a_send_that_is_repeated_is_the_same_send() {
        let body = message(&Content::text("hi"), Some(Id(5)), Some("n1".into()), &["a.png".into()]);
        assert_eq!((&body["nonce"], &body["enforce_nonce"]), (&json!("n1"), &json!(true)));
        assert_eq!(body["message_reference"], json!({"message_id": "5", "fail_if_not_exists": false}));
        assert_eq!(body["attachments"], json!([{"id": 0, "filename": "a.png"}]));
    }
}
