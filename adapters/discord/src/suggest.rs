//! What may stand behind a command, told to who is typing it: Discord calls it autocomplete.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use bot_core::chat::{EventSink, SUGGESTIONS_MAX, Suggestion, Typing};
use reqwest_012::Method;
use serde::Deserialize as _;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::keys::{chat_key, thread_key};
use crate::platform::DiscordPlatform;
use crate::read::{AUTOCOMPLETE, by};
use crate::wire::{Id, Interaction};
use crate::write::components::cut;

/// The sort of answer.
const SUGGESTIONS: u8 = 8;
/// After this nobody waits for them any more, milliseconds (docs.discord.com, "Receiving and Responding", read 2026-11-22).
const WAITS_MS: i64 = 3_000;
/// Longest suggestion, and longest value, characters.
const WORDS_MAX: usize = 100;
/// So many people who type wait at once; who comes after them types on without.
const ASKED_MAX: usize = 64;

/// Those who type and wait.
#[derive(Default)]
pub(crate) struct Asked {
    waiting: Mutex<VecDeque<Interaction>>,
    more: Notify,
}

impl Asked {
    /// Somebody types a command. True when that is what a dispatch tells.
    pub(crate) fn came(&self, data: &Value) -> bool {
        let is_it = data["type"] == AUTOCOMPLETE;
        if is_it && let Ok(interaction) = Interaction::deserialize(data) {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            if waiting.len() < ASKED_MAX {
                waiting.push_back(interaction);
            }
            drop(waiting);
            self.more.notify_one();
        }
        is_it
    }

    fn next(&self) -> Option<Interaction> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

impl DiscordPlatform {
    /// Answers those who type, for as long as the account runs. Nothing of it is kept: who gets no answer types on.
    pub(crate) async fn keep_suggesting(&self, sink: &EventSink) {
        loop {
            let Some(interaction) = self.asked.next() else {
                self.asked.more.notified().await;
                continue;
            };
            if interaction.id.at_ms() + WAITS_MS > self.now_ms()
                && let Some(typing) = self.typing(&interaction)
            {
                self.suggest(&interaction, &typing, sink).await;
            }
        }
    }

    async fn suggest(&self, interaction: &Interaction, typing: &Typing, sink: &EventSink) {
        let all = match sink.suggestions(typing).await {
            Ok(all) => all,
            Err(error) => {
                tracing::warn!(account = %self.settings.account, command = typing.command, %error, "what may stand behind a command cannot be told");
                return;
            }
        };
        let body = json!({ "type": SUGGESTIONS, "data": { "choices": choices(&all) } });
        let path = format!("/interactions/{}/{}/callback", interaction.id, interaction.token);
        if let Err(fault) = self.done(Method::POST, &path, Some(&body)).await {
            tracing::debug!(account = %self.settings.account, %fault, "who typed has gone on");
        }
    }

    /// Who types what, and where.
    fn typing(&self, interaction: &Interaction) -> Option<Typing> {
        let spot = interaction.channel_id.and_then(|channel| self.known.spot(channel));
        let chat = match &spot {
            Some(spot) => spot.chat.key.clone(),
            // The private chat: nothing tells of it before something is said there.
            None if interaction.guild_id.is_none() => chat_key(interaction.channel_id?),
            None => return None,
        };
        let is_served = interaction.guild_id.is_none_or(|guild: Id| self.serves(guild));
        is_served.then_some(())?;
        Some(Typing {
            account: self.settings.account.clone(),
            chat,
            thread: spot.and_then(|spot| spot.thread).map(thread_key),
            by: by(interaction)?,
            command: interaction.data.name.clone(),
            text: interaction
                .data
                .options
                .iter()
                .find_map(|one| one.value.as_str())
                .unwrap_or_default()
                .to_owned(),
        })
    }
}

/// Suggestions as Discord takes them. One whose value is too long to be typed back is left out.
fn choices(all: &[Suggestion]) -> Vec<Value> {
    let fits = |one: &&Suggestion| (1..=WORDS_MAX).contains(&one.value.chars().count());
    let name = |one: &Suggestion| {
        let label = if one.label.trim().is_empty() { &one.value } else { &one.label };
        cut(label, WORDS_MAX)
    };
    all.iter()
        .filter(fits)
        .take(SUGGESTIONS_MAX)
        .map(|one| json!({ "name": name(one), "value": one.value }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions_are_cut_to_what_discord_takes() {
        let one = |value: &str, label: &str| Suggestion { value: value.into(), label: label.into() };
        let long = "长".repeat(101);
        let told = choices(&[one("C-1", &long), one(&long, "too long"), one("", "empty"), one("C-2", " ")]);
        assert_eq!(told.len(), 2);
        assert_eq!(told[0]["name"].as_str().unwrap().chars().count(), WORDS_MAX);
        assert_eq!(told[1], json!({ "name": "C-2", "value": "C-2" }));
        let many: Vec<Suggestion> = (0..40).map(|no| one(&format!("T-{no}"), "x")).collect();
        assert_eq!(choices(&many).len(), SUGGESTIONS_MAX);
    }
}
