//! Hands updates over to the hall, with what has to be known of their chats.

use std::collections::BTreeSet;

use bot_core::chat::EventSink;
use futures::stream::{self, StreamExt as _};
use teloxide::payloads::{GetChat, GetChatAdministrators};
use teloxide::types::ChatId;

use crate::ASK_LIMIT;
use crate::platform::TelegramPlatform;
use crate::read::{Raw, Reader};
use crate::wire::{FullChat, Member};

/// Of so many chats admins are asked for at once.
const ASK_AT_ONCE: usize = 8;

impl TelegramPlatform {
    /// Hands updates over, in order, and returns once all have taken effect. `false` when the program is
    /// stopping.
    pub(crate) async fn give(&self, raws: &[Raw], sink: &EventSink) -> bool {
        self.ask_about(raws).await;
        let reader = Reader {
            account: &self.settings.account,
            me: self.api.bot_id(),
            chats: &self.chats,
            albums: &self.albums,
            now_ms: self.now_ms(),
        };
        sink.take_all(reader.all(raws)).await.is_ok()
    }

    /// Asks about the groups that nothing is known of yet: who is an admin counts from the first message on.
    async fn ask_about(&self, raws: &[Raw]) {
        let now_ms = self.now_ms();
        let chats: BTreeSet<i64> = raws
            .iter()
            .filter_map(|raw| raw.chat().filter(|_| raw.needs_roles()))
            .map(|chat| chat.id)
            .filter(|chat| self.chats.is_to_be_asked(*chat, now_ms))
            .collect();
        stream::iter(chats).for_each_concurrent(ASK_AT_ONCE, |chat| self.ask_about_one(chat)).await;
    }

    /// Without an answer it goes on with what events tell.
    pub(crate) async fn ask_about_one(&self, chat: i64) {
        let (who, what) = (GetChatAdministrators::new(ChatId(chat)), GetChat::new(ChatId(chat)));
        let (admins, full) = futures::join!(
            self.api.call_within::<_, Vec<Member>>(&who, ASK_LIMIT),
            self.api.call_within::<_, FullChat>(&what, ASK_LIMIT),
        );
        match admins {
            Ok(admins) => {
                self.chats.told(chat, self.api.bot_id(), &admins, full.ok().as_ref(), self.now_ms());
            }
            Err(fault) => {
                tracing::debug!(account = %self.settings.account, chat, %fault, "the chat's admins are not told")
            }
        }
    }
}
