//! Answers to presses, commands and forms, for one person alone.

use bot_core::chat::{Delivered, Form, PressKey};
use reqwest_012::Method;
use serde_json::{Value, json};

use crate::api::Fault;
use crate::keys::{Press, PressKind};
use crate::perform::Unwritable;
use crate::platform::DiscordPlatform;
use crate::presses::Stage;
use crate::write;

/// The sorts of answers.
const MESSAGE: u8 = 4;
const LATER: u8 = 5;
const LATER_IN_PLACE: u8 = 6;
const FORM: u8 = 9;
/// The answer to an interaction that was answered before.
const ANSWERED_BEFORE: u32 = 40_060;
/// A message for one person alone.
const EPHEMERAL: u64 = 64;

impl DiscordPlatform {
    /// Answers a press with words, or only lets the person know that it was heard.
    pub(crate) async fn answer(&self, key: &PressKey, words: &str) -> Result<Delivered, Fault> {
        let press = Press::read(key).ok_or(Unwritable("the key names no press of Discord's"))?;
        let before = self.presses.take(&press);
        let done = match (before, words.is_empty()) {
            (Stage::New, true) => self.quiet(&press).await,
            (Stage::New, false) => match self.respond(&press, MESSAGE, Some(write::whisper(words))).await {
                // Quieted by a run before this one.
                Err(Fault::Refused { code: ANSWERED_BEFORE, .. }) => self.follow_up(&press, words).await,
                other => other,
            },
            (Stage::Quieted | Stage::Answered, true) => Ok(()),
            (Stage::Quieted | Stage::Answered, false) => self.follow_up(&press, words).await,
        };
        if done.is_err() {
            self.presses.put_back(&press, before);
        }
        done.map(|()| Delivered::default())
    }

    /// Shows a form in answer to a press. Only the first answer can be one.
    pub(crate) async fn show(&self, key: Option<&PressKey>, form: &Form) -> Result<Delivered, Fault> {
        let press =
            key.and_then(Press::read).ok_or(Unwritable("Discord shows forms in answer to presses only"))?;
        let before = self.presses.take(&press);
        let done = self.respond(&press, FORM, Some(write::components::form(form))).await;
        if done.is_err() {
            self.presses.put_back(&press, before);
        }
        done.map(|()| Delivered::default())
    }

    /// Quiets presses that nobody has answered, for as long as the account runs.
    pub(crate) async fn keep_quieting(&self) {
        loop {
            for press in self.presses.due(self.now_ms()) {
                if let Err(fault) = self.quiet(&press).await {
                    metrics::counter!("guildhall_discord_late_presses_total").increment(1);
                    tracing::warn!(account = %self.settings.account, press = %press.id, %fault, "a press cannot be answered any more");
                }
            }
            tokio::select! {
                () = self.presses.changed() => {}
                () = self.settings.clock.until(self.presses.next_at()) => {}
            }
        }
    }

    /// Lets Discord know that a press was heard, without a word to the person.
    async fn quiet(&self, press: &Press) -> Result<(), Fault> {
        if press.kind == PressKind::Button {
            return self.respond(press, LATER_IN_PLACE, None).await;
        }
        self.respond(press, LATER, Some(json!({ "flags": EPHEMERAL }))).await?;
        // "Is thinking…" would stand there for ever.
        let path = format!("/webhooks/{}/{}/messages/@original", self.application().await?, press.token);
        self.done(Method::DELETE, &path, None).await.map(|_| ())
    }

    async fn respond(&self, press: &Press, kind: u8, data: Option<Value>) -> Result<(), Fault> {
        let mut body = json!({ "type": kind });
        if let Some(data) = data {
            body["data"] = data;
        }
        let path = format!("/interactions/{}/{}/callback", press.id, press.token);
        self.done(Method::POST, &path, Some(&body)).await.map(|_| ())
    }

    async fn follow_up(&self, press: &Press, words: &str) -> Result<(), Fault> {
        let path = format!("/webhooks/{}/{}", self.application().await?, press.token);
        self.done(Method::POST, &path, Some(&write::whisper(words))).await.map(|_| ())
    }
}
