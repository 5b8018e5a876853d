//! The board of a group (群公告): what is put there is found again by its words, since no answer says what it is called.

use bot_core::chat::{Action, Call, Delivered, MessageKey, Outcome};
use serde_json::{Value, json};

use crate::keys::Target;
use crate::platform::OneBotPlatform;
use crate::refusal;
use crate::wire::{self, Answer};

impl OneBotPlatform {
    /// What became of a notice. One that is confirmed and not found on the board is posted all the same, without a
    /// key by which it could be taken down.
    pub(crate) async fn of_post(&self, target: Target, call: &Call, answer: &Answer) -> Outcome {
        if refusal::meaning(answer, &call.action).is_some() {
            return self.of_answer(target, &call.action, answer);
        }
        let key = match key_of(&answer.data) {
            Some(key) => Some(key),
            None => self.on_board(target, &call.action).await.flatten(),
        };
        Outcome::Sent(Delivered { message: key.map(MessageKey), ..Delivered::default() })
    }

    /// What became of a notice whose answer was lost: it stands on the board or not. `None` when nobody can tell.
    pub(crate) async fn was_posted(&self, target: Target, action: &Action) -> Option<Outcome> {
        Some(match self.on_board(target, action).await? {
            Some(key) => Outcome::Sent(Delivered { message: Some(MessageKey(key)), ..Delivered::default() }),
            None => Outcome::NotDone { why: "the group's board does not have it".to_owned() },
        })
    }

    /// The key of our newest notice of these words; `None` inside when there is none, outside when the board cannot
    /// be read.
    async fn on_board(&self, target: Target, action: &Action) -> Option<Option<String>> {
        let (Target::Group(group), Action::Post(content)) = (target, action) else { return None };
        let Value::Array(notices) = self.ask("_get_group_notice", json!({ "group_id": group })).await? else {
            return None;
        };
        let wanted = bare(&content.text.text);
        let ours = |notice: &&Value| {
            let text = wire::text(&notice["message"]["text"]).or_else(|| wire::text(&notice["text"]));
            wire::int(&notice["sender_id"]).is_none_or(|sender| sender == self.settings.self_id)
                && text.is_some_and(|text| bare(&text) == wanted || bare(&unescaped(&text)) == wanted)
        };
        let newest = notices.iter().filter(ours).max_by_key(|notice| wire::int(&notice["publish_time"]));
        Some(newest.and_then(key_of))
    }
}

/// What a notice is called. NapCat has had two names for it (4.8, read 2026-11-22).
fn key_of(notice: &Value) -> Option<String> {
    ["notice_id", "feed_id", "id"].into_iter().find_map(|name| wire::words(&notice[name]))
}

/// Words without white space, of which QQ makes its own.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Words as they were before characters that mean something in a page were written out. `&amp;` comes last.
fn unescaped(text: &str) -> String {
    text.replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_known_by_its_words_however_they_come_back() {
        assert_eq!(bare(&unescaped("A &lt;b&gt;\r\n&amp;amp;&nbsp; c")), bare("A <b>\n&amp; c"));
        assert_ne!(bare("a"), bare("b"));
    }
}
