//! What a story reads like, and what is looked up when it is over.

use std::fmt::Write as _;

use bot_core::chat::{Event, EventBody, EventKey};
use bot_core::store::outbox;

use super::{Kind, Stage};

impl Stage {
    /// A chat as lines of text (`@Name` for a private chat). Numbered choices read like the buttons that they stand for,
    /// so that one story fits all platforms; as they are written they stand in the world's own transcript.
    pub fn transcript(&self, chat: &str) -> String {
        let told = self.world.transcript(&self.chat(chat));
        if let Kind::Qq(_) = self.kind() { with_buttons(&told) } else { told }
    }

    /// Holds a chat against what it should read like. The common indentation and blank first and last lines
    /// of `expected` do not count, so that a story can be written as it is read.
    pub fn reads(&self, chat: &str, expected: &str) {
        assert_eq!(plain(&self.transcript(chat)), plain(expected), "in {chat}, left is what happened");
    }

    /// Several chats as lines of text, each under its title.
    pub fn transcripts(&self, chats: &[&str]) -> String {
        chats.iter().fold(String::new(), |mut all, chat| {
            let _ = writeln!(all, "[{chat}]\n{}", self.transcript(chat));
            all
        })
    }

    /// The key under which the program was told of a message.
    pub fn event_key(&self, text: &str) -> EventKey {
        if let Kind::Telegram(_) = self.kind() {
            let updates = self.telegram().updates_so_far();
            let told = updates.iter().find(|update| update["message"]["text"] == text);
            return EventKey(told.expect("an update said it")["update_id"].to_string());
        }
        if let Kind::Qq(_) = self.kind() {
            let told = self.onebot().events_so_far();
            let is_it = |event: &&serde_json::Value| event["message"][0]["data"]["text"] == text;
            let event = told.iter().find(is_it).expect("an event said it");
            return EventKey(format!("m.{}.{}", event["message_id"], event["time"]));
        }
        if self.kind() == Kind::Discord {
            let view = self.world.chats(None).into_iter().find_map(|chat| {
                let view = self.world.chat(&chat.key, None, 10_000)?;
                let said = view.messages.into_iter().find(|message| message.content.text.text == text)?;
                Some(self.discord().message_of(&chat.key, &said.key))
            });
            return EventKey(format!("m/{}", view.expect("somebody said it")));
        }
        let says = |event: &&Event| matches!(&event.body, EventBody::Message(message) if message.content.text.text == text);
        let events = self.world.recent_events();
        events.iter().find(says).expect("an event said it").key.clone()
    }

    /// Whether anything is queued, in hand or of unknown end.
    pub async fn open_actions(&self) -> Vec<(i64, String, i64)> {
        outbox::counts(&mut self.hall().db.read().await.unwrap()).await.unwrap()
    }
}

/// What stands under numbered choices.
const HINTS: [&str; 2] = ["Answer with the number.", "请回复对应的数字。"];

/// A transcript with numbered choices written as buttons.
fn with_buttons(told: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in told.split_inclusive('\n') {
        if !HINTS.contains(&line.trim()) {
            lines.push(line.to_owned());
            continue;
        }
        let mut labels = Vec::new();
        while let Some(label) = lines.last().and_then(|line| label(line)) {
            labels.insert(0, format!(" [{label}]"));
            lines.pop();
        }
        if let Some(last) = lines.last_mut() {
            *last = format!("{}{}\n", last.trim_end_matches('\n'), labels.concat());
        }
    }
    lines.concat()
}

/// The words of a numbered choice.
fn label(line: &str) -> Option<&str> {
    let (number, words) = line.trim().split_once(". ")?;
    (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then_some(words)
}

/// Text without its common indentation and without blank first and last lines.
fn plain(text: &str) -> String {
    let indent = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start().len())
        .min();
    let lines: Vec<&str> =
        text.lines().map(|line| line.get(indent.unwrap_or(0)..).unwrap_or_default().trim_end()).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}
