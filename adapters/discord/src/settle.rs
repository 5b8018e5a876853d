//! What became of a call whose answer was lost: Discord can be asked.

use bot_core::chat::{Action, Address, Call, Content, Delivered, Outcome, RejectionKind};
use bot_core::ids::OutboxId;
use serde::Deserialize;
use serde_json::Value;

use crate::api::Fault;
use crate::keys;
use crate::platform::DiscordPlatform;
use crate::wire::{Channel, Id, Message};
use crate::write;

/// So many of the last messages of a channel are looked through.
const LOOK_BACK: usize = 100;

/// `GET /guilds/…/threads/active`
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Active {
    pub(crate) threads: Vec<Channel>,
}

impl DiscordPlatform {
    /// Finds out what became of a call. Discord keeps nonces for minutes only, so the channel itself is asked; what is
    /// not found there is sent again, under the same nonce.
    pub(crate) async fn found_out(&self, to: &Address, call: &Call, row: &OutboxId) -> Option<Outcome> {
        let since = made_at(row)?;
        match &call.action {
            Action::Send(content) => self.find_message(to, content, since).await,
            Action::OpenThread { title } => self.find_thread(to, title, since).await,
            Action::Kick { user } => self.is_gone(to, user).await,
            // A press is answered once: a second answer is refused when there was a first.
            Action::ShowForm { .. } => match self.outcome(to, call, row).await {
                Outcome::Rejected(refused) if refused.kind == RejectionKind::AlreadySo => {
                    Some(Outcome::Sent(Delivered::default()))
                }
                other => Some(other),
            },
            _ => None,
        }
    }

    async fn find_message(&self, to: &Address, content: &Content, since: Id) -> Option<Outcome> {
        let me = self.myself().await.ok()?;
        let chat = self.chat_of(to).await.ok()?;
        let channel = self.spoken_in(to, chat).await.ok()?;
        let path = format!("/channels/{channel}/messages?after={since}&limit={LOOK_BACK}");
        let mut there: Vec<Message> = self.api.get(&path, self.now_ms()).await.ok()?;
        let wanted = write::message(content, None, None, &[]);
        let words = [&wanted["content"], &wanted["embeds"][0]["description"]];
        let words = words.map(|words| words.as_str().unwrap_or_default().trim()).concat();
        let is_it = |message: &Message| {
            message.author.as_ref().is_some_and(|author| author.id == me)
                && message.words() == words
                && message.attachments.len() == content.attachments.len()
        };
        let full = there.len() == LOOK_BACK;
        there.sort_by_key(|message| message.id);
        let found = there.iter().find(|message| is_it(message));
        if found.is_none() && full {
            // It may stand further on.
            return None;
        }
        let thread = (channel != chat).then_some(channel);
        Some(found.map_or_else(not_there, |message| {
            Outcome::Sent(Delivered {
                message: Some(keys::message_key(thread, message.id)),
                chat: to.peer.is_some().then(|| keys::chat_key(chat)),
                ..Delivered::default()
            })
        }))
    }

    async fn find_thread(&self, to: &Address, title: &str, since: Id) -> Option<Outcome> {
        let chat = keys::channel_of(to)?;
        let guild = self.guild_of(chat).await.ok()?;
        let active: Active =
            self.api.get(&format!("/guilds/{guild}/threads/active"), self.now_ms()).await.ok()?;
        let is_it = |thread: &&Channel| {
            thread.parent_id == Some(chat) && thread.id >= since && thread.name.as_deref() == Some(title)
        };
        Some(active.threads.iter().find(is_it).map_or_else(not_there, |thread| {
            Outcome::Sent(Delivered { thread: Some(keys::thread_key(thread.id)), ..Delivered::default() })
        }))
    }

    async fn is_gone(&self, to: &Address, user: &bot_core::chat::UserKey) -> Option<Outcome> {
        let guild = self.guild_of(keys::channel_of(to)?).await.ok()?;
        let path = format!("/guilds/{guild}/members/{}", keys::user_id(user)?);
        match self.api.get::<Value>(&path, self.now_ms()).await {
            Ok(_) => Some(not_there()),
            Err(Fault::Refused { status: 404, .. }) => Some(Outcome::Sent(Delivered::default())),
            Err(_) => None,
        }
    }
}

fn not_there() -> Outcome {
    Outcome::NotDone { why: "Discord does not have it".to_owned() }
}

/// The first id that something made by this row can have. A minute of room: Discord's clock need not be ours.
fn made_at(row: &OutboxId) -> Option<Id> {
    let made_ms = ulid::Ulid::from_string(row.as_str()).ok()?.timestamp_ms();
    Some(Id::first_at(i64::try_from(made_ms).ok()? - 60_000))
}
