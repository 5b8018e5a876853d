//! A chat as lines of text, the same for the same story: no ids, no times of day.

use bot_core::chat::{ChatKey, ThreadKey, UserKey};

use super::World;
use super::notice::Notice;
use super::state::{Author, Chat, Message, State};
use super::view::name;

/// Longest piece of a message that a reply to it shows, in characters.
const QUOTED_CHARS: usize = 24;

impl World {
    /// One line for each thing that happened in a chat and its threads, oldest first, whispers included:
    ///
    /// ```text
    /// Lin: how do I pay out?
    /// #T-1 Guildhall ↩ “how do I pay out?”: Like this. [Solved] [Not solved] (edited) (pinned)
    /// Mei: (deleted) buy followers
    /// * Mei is muted for 10 min
    /// (only Lin) * form “New ticket” shown
    /// ```
    pub fn transcript(&self, chat: &ChatKey) -> String {
        let inner = self.inner();
        let Ok(chat) = inner.state.chat(chat) else { return format!("there is no chat {chat}\n") };
        chat.messages
            .values()
            .map(|message| line(&inner.state, chat, &self.bot().name, message) + "\n")
            .collect()
    }
}

fn line(state: &State, chat: &Chat, bot: &str, message: &Message) -> String {
    let mut line = String::new();
    if let Some(thread) = &message.thread {
        line += &format!("#{} ", thread_title(chat, thread));
    }
    if let Some(user) = &message.only_for {
        line += &format!("(only {}) ", name(state, user));
    }
    line += &match &message.author {
        Author::Platform(notice) => return line + "* " + &notice_text(state, message.at_ms, notice),
        Author::User(user) => name(state, user),
        Author::Bot => bot.to_owned(),
        Author::Chat(name) => format!("<{name}>"),
    };
    if let Some(reply_to) = &message.reply_to {
        line += &format!(" ↩ “{}”", quoted(chat, reply_to));
    }
    line += ":";
    if message.deleted {
        line += " (deleted)";
    }
    for attachment in &message.content.attachments {
        line += &format!(" <{}>", attachment.name);
    }
    if !message.content.text.text.is_empty() {
        line += " ";
        line += &message.content.text.text.replace('\n', "\n    ");
    }
    for row in &message.content.buttons {
        line += if message.content.buttons.len() > 1 { "\n   " } else { "" };
        row.iter().for_each(|button| line += &format!(" [{}]", button.label));
    }
    line + &tail(message)
}

fn tail(message: &Message) -> String {
    let mut tail = String::new();
    for (there, word) in [(message.edited, " (edited)"), (message.pinned, " (pinned)")] {
        tail += if there { word } else { "" };
    }
    for emoji in message.reactions.values().flatten() {
        tail += &format!(" {emoji}");
    }
    tail
}

fn thread_title<'a>(chat: &'a Chat, thread: &'a ThreadKey) -> &'a str {
    chat.threads.get(thread).map_or(thread.as_str(), |thread| &thread.title)
}

fn quoted(chat: &Chat, message: &bot_core::chat::MessageKey) -> String {
    let Some(message) = chat.message(message) else { return "…".to_owned() };
    let text = message.content.text.text.lines().next().unwrap_or_default();
    let short: String = text.chars().take(QUOTED_CHARS).collect();
    if short.len() < message.content.text.text.len() { short + "…" } else { short }
}

fn notice_text(state: &State, at_ms: i64, notice: &Notice) -> String {
    let who = |user: &UserKey| name(state, user);
    match notice {
        Notice::Joined { user } => format!("{} joined", who(user)),
        Notice::Left { user } => format!("{} left", who(user)),
        Notice::Kicked { user } => format!("{} was removed", who(user)),
        Notice::Banned { user } => format!("{} was banned", who(user)),
        Notice::Unbanned { user } => format!("{} is no longer banned", who(user)),
        Notice::Muted { user, until_ms: None } => format!("{} is muted", who(user)),
        Notice::Muted { user, until_ms: Some(until_ms) } => {
            format!("{} is muted for {}", who(user), duration(until_ms - at_ms))
        }
        Notice::Unmuted { user } => format!("{} is no longer muted", who(user)),
        Notice::Locked => "only admins can write now".to_owned(),
        Notice::Unlocked => "everybody can write again".to_owned(),
        Notice::SlowMode { every_s: 0 } => "slow mode is off".to_owned(),
        Notice::SlowMode { every_s } => {
            format!("slow mode: one message each {}", duration(i64::from(*every_s) * 1_000))
        }
        Notice::Role { user, role } => format!("{} is now {}", who(user), format!("{role:?}").to_lowercase()),
        Notice::Bot { present: true } => "the bot was added".to_owned(),
        Notice::Bot { present: false } => "the bot was removed".to_owned(),
        Notice::Renamed { title } => format!("the group is now called “{title}”"),
        Notice::Migrated => "the group moved to a new key".to_owned(),
        Notice::Thread { title, change } => format!("thread “{title}” {change}"),
        Notice::DirectOpened => "the private chat was opened".to_owned(),
        Notice::DirectClosed => "the bot was blocked".to_owned(),
        Notice::Form { title, change } => format!("form “{title}” {change}"),
        Notice::Toast { text } => format!("“{text}”"),
    }
}

/// A length of time in its largest whole unit.
fn duration(ms: i64) -> String {
    for (unit_ms, unit) in [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s")] {
        if ms >= unit_ms && ms % unit_ms == 0 {
            return format!("{} {unit}", ms / unit_ms);
        }
    }
    format!("{ms} ms")
}
