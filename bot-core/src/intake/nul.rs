//! Takes U+0000 out of events: PostgreSQL cannot hold it, and a key that is stored otherwise than it is looked up
//! would make an event look like one that was taken before.

use serde_json::Value;

use crate::chat::{Event, EventBody};

/// The events with a space in place of each U+0000; `None` when there is none, as nearly always.
pub(super) fn without(events: &[Event]) -> Option<Vec<Event>> {
    events.iter().any(has_nul).then(|| events.iter().map(cleaned).collect())
}

/// Whether anything that a peer can write freely has one.
fn has_nul(event: &Event) -> bool {
    let nul = |text: &str| text.contains('\0');
    let of_chat =
        |body: &EventBody| body.chat().is_some_and(|chat| nul(&chat.title) || nul(chat.key.as_str()));
    nul(event.key.as_str())
        || of_chat(&event.body)
        || match &event.body {
            EventBody::Message(message) | EventBody::Edited(message) => {
                let files = &message.content.attachments;
                nul(&message.content.text.text)
                    || nul(message.message.as_str())
                    || message.reply_to.as_ref().is_some_and(|key| nul(key.as_str()))
                    || files.iter().any(|file| nul(&file.name) || nul(&file.media_type))
            }
            EventBody::Pressed { handle, .. } => nul(handle),
            EventBody::Submitted { handle, answers, .. } => {
                nul(handle) || answers.iter().any(|(name, answer)| nul(name) || nul(answer))
            }
            EventBody::DirectOpened { payload, .. } => payload.as_deref().is_some_and(nul),
            EventBody::Deleted { messages, .. } => messages.iter().any(|key| nul(key.as_str())),
            EventBody::Withheld { text, why, .. } => nul(text) || nul(why),
            _ => false,
        }
}

/// The event with a space in place of each U+0000; a space is as long, so that marks stay where they are.
fn cleaned(event: &Event) -> Event {
    let mapped = serde_json::to_value(event).map(mapped).and_then(serde_json::from_value);
    // An event that cannot be written as JSON is put aside further down, with its reason.
    mapped.unwrap_or_else(|_| event.clone())
}

fn mapped(value: Value) -> Value {
    match value {
        Value::String(text) if text.contains('\0') => Value::String(text.replace('\0', " ")),
        Value::Array(values) => Value::Array(values.into_iter().map(mapped).collect()),
        Value::Object(entries) => Value::Object(
            entries.into_iter().map(|(name, value)| (name.replace('\0', " "), mapped(value))).collect(),
        ),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{ChatInfo, ChatKind, UserInfo};

    fn event(key: &str, title: &str, answer: &str) -> Event {
        let by =
            UserInfo { key: "u".into(), name: "U".into(), username: None, language: None, is_bot: false };
        let chat = ChatInfo { key: "c".into(), kind: ChatKind::Group, title: title.into() };
        let answers = [("field".to_owned(), answer.to_owned())].into();
        let body = EventBody::Submitted { chat, thread: None, by, handle: "h".into(), answers };
        Event { account: "a".into(), key: key.into(), at_ms: 7, body }
    }

    #[test]
    fn wherever_it_stands_it_becomes_a_space() {
        let plain = event("k x", "a b", "你 好");
        for hostile in
            [event("k\0x", "a b", "你 好"), event("k x", "a\0b", "你 好"), event("k x", "a b", "你\0好")]
        {
            assert_eq!(without(&[plain.clone(), hostile]), Some(vec![plain.clone(), plain.clone()]));
        }
    }

    #[test]
    fn what_is_clean_is_not_copied() {
        assert_eq!(without(&[event("k", "a", r"a typed \u0000 is none")]), None);
    }
}
