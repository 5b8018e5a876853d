//! The webhook: set, deleted, and pushed to, one update after another, each until it is taken.

use std::sync::Weak;

use serde_json::{Value, json};

use super::answer::{Judged, bad};
use super::asked::Asked;
use super::state::Webhook;
use super::{FakeTelegram, Shared, poll};

pub(super) fn set(fake: &FakeTelegram, asked: &Asked) -> Judged {
    let url = asked.text("url").unwrap_or_default();
    let kinds = poll::kinds(asked)?;
    let mut state = fake.state();
    if url.is_empty() {
        state.webhook = None;
    } else {
        // The real server takes https alone; a fake on this machine has no certificate.
        if !url.starts_with("https://") && !url.starts_with("http://127.0.0.1") {
            return Err(bad("bad webhook: An HTTPS URL must be provided for webhook"));
        }
        let secret = asked.text("secret_token").filter(|secret| !secret.is_empty());
        let fits = |secret: &String| {
            secret.len() <= 256 && secret.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
        };
        if !secret.iter().all(fits) {
            return Err(bad("secret token contains unallowed characters"));
        }
        state.webhooks_set += 1;
        let number = state.webhook.as_ref().map_or(0, |old| old.number) + 1;
        state.webhook = Some(Webhook { secret, number, ..Webhook::at(&url) });
    }
    if kinds.is_some() {
        state.allowed = kinds;
    }
    end(fake, state, asked)
}

pub(super) fn delete(fake: &FakeTelegram, asked: &Asked) -> Judged {
    let mut state = fake.state();
    state.webhook = None;
    end(fake, state, asked)
}

fn end(
    fake: &FakeTelegram,
    mut state: std::sync::MutexGuard<'_, super::state::State>,
    asked: &Asked,
) -> Judged {
    if asked.flag("drop_pending_updates") {
        state.updates.clear();
    }
    drop(state);
    fake.turn();
    Ok(Value::Bool(true))
}

pub(super) fn info(fake: &FakeTelegram) -> Value {
    let mut state = fake.state();
    let mut info = json!({
        "url": state.webhook.as_ref().map_or("", |webhook| webhook.url.as_str()),
        "has_custom_certificate": false,
        "pending_update_count": state.updates.len(),
        "max_connections": 40,
        "ip_address": "127.0.0.1",
    });
    if let Some(kinds) = &state.allowed {
        info["allowed_updates"] = json!(kinds);
    }
    if let Some(why) = state.webhook.as_ref().and_then(|webhook| webhook.failed.as_ref()) {
        info["last_error_date"] = json!(fake.world().now_ms() / 1_000);
        info["last_error_message"] = json!(why);
    }
    // Whoever asks is up again; Telegram tries again after a while of its own.
    if let Some(webhook) = &mut state.webhook {
        webhook.failed = None;
        webhook.number += 1;
    }
    drop(state);
    fake.turn();
    info
}

/// Pushes updates for as long as the server lives.
pub(super) async fn run(fake: Weak<Shared>) {
    // A connection of its own for each, so that none stays with a program that was killed.
    let client = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build().expect("a client");
    let Some(mut turned) = fake.upgrade().map(|fake| fake.frame.turns()) else { return };
    loop {
        let next = fake.upgrade().map(FakeTelegram).and_then(|fake| {
            if fake.world().faults().is_down() {
                return None;
            }
            let mut state = fake.state();
            if state.held {
                return None;
            }
            let (webhook, update) = (state.webhook.clone()?, state.updates.front().cloned()?);
            if std::mem::replace(&mut state.given, update.0) != update.0 {
                fake.turn();
            }
            Some((webhook, update))
        });
        let pushed = match next {
            Some((webhook, (id, update))) => {
                Some(((id, webhook.number), push(&client, &webhook, &update).await))
            }
            None => None,
        };
        match (fake.upgrade().map(FakeTelegram), pushed) {
            (None, _) => return,
            (Some(fake), Some(((id, _), Ok(())))) => {
                let mut state = fake.state();
                if let Some(at) = state.updates.iter().position(|(one, _)| *one == id) {
                    state.updates.remove(at);
                }
                if let Some(webhook) = &mut state.webhook {
                    webhook.failed = None;
                }
                drop(state);
                fake.turn();
                continue;
            }
            (Some(fake), Some(((_, number), Err(why)))) => {
                if let Some(webhook) = fake.state().webhook.as_mut() {
                    if webhook.number != number {
                        // The program that failed is gone; another has set the webhook since.
                        continue;
                    }
                    webhook.failed = Some(why);
                }
                // Not for this task, which would push again at once: for who waits for the update to be taken.
                fake.turn();
                turned.mark_unchanged();
            }
            (Some(_), None) => {}
        }
        if turned.changed().await.is_err() {
            return;
        }
    }
}

async fn push(client: &reqwest::Client, webhook: &Webhook, update: &Value) -> Result<(), String> {
    let mut request = client.post(&webhook.url).header("content-type", "application/json");
    if let Some(secret) = &webhook.secret {
        request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
    }
    match request.body(update.to_string()).send().await {
        Ok(response) if response.status().is_success() => Ok(()),
        Ok(response) => Err(format!("Wrong response from the webhook: {}", response.status())),
        Err(_) => Err("Connection refused".to_owned()),
    }
}
