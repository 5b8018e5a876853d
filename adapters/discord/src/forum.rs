//! Forums: nothing can be said in one itself, so what belongs to none of its posts stands in one that the bot keeps for it.

use bot_core::chat::Address;

use crate::api::Fault;
use crate::keys;
use crate::known::FORUM;
use crate::platform::DiscordPlatform;
use crate::settle::Active;
use crate::wire::{Channel, Id};

impl DiscordPlatform {
    /// The channel in which something is said at an address: the thread, or the chat itself.
    pub(crate) async fn spoken_in(&self, to: &Address, chat: Id) -> Result<Id, Fault> {
        match keys::thread_of(to) {
            Some(thread) => Ok(thread),
            // Private chats are no forums.
            None if to.peer.is_some() => Ok(chat),
            None if self.placed(chat).await?.is_some_and(|place| place.kind == FORUM) => {
                self.own_post(chat).await
            }
            None => Ok(chat),
        }
    }

    /// The bot's own post in a forum, called like itself. It is opened when there is none, in use or archived.
    async fn own_post(&self, forum: Id) -> Result<Id, Fault> {
        // Two who say something at once must not open two.
        let _one_by_one = self.own_posts.lock().await;
        self.myself().await?;
        let name = self.known.my_name().unwrap_or_else(|| "Guildhall".to_owned());
        if let Some(known) = self.known.post(forum, &name) {
            return Ok(known);
        }
        let path = format!("/channels/{forum}/threads/archived/public?limit=100");
        let archived: Active = self.api.get(&path, self.now_ms()).await?;
        let is_it = |post: &&Channel| {
            post.name.as_deref() == Some(name.as_str())
                && post.thread_metadata.as_ref().is_none_or(|metadata| !metadata.locked)
        };
        match archived.threads.iter().find(is_it) {
            Some(post) => {
                self.known
                    .saw_channel(&Channel { guild_id: Some(self.guild_of(forum).await?), ..post.clone() });
                Ok(post.id)
            }
            None => self.opened(forum, &name).await,
        }
    }
}
