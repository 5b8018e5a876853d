//! Does one call: an action becomes a request of Discord's API, and its answer an outcome.

use bot_core::chat::{
    Action, Address, Call, Content, Delivered, MessageRef, Outcome, Rejection, RejectionKind, ThreadRef,
    UserKey,
};
use bot_core::ids::OutboxId;
use reqwest_012::Method;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use serenity::model::Timestamp;

use crate::api::Fault;
use crate::keys;
use crate::known::{ANNOUNCEMENT, FORUM, Place};
use crate::platform::DiscordPlatform;
use crate::refusal;
use crate::wire::{Channel, Id, SentMessage};
use crate::write;

/// A thread that is open to all who see its channel.
const PUBLIC_THREAD: u8 = 11;
/// A thread that is open to those who are in it and to those who manage threads.
const PRIVATE_THREAD: u8 = 12;
/// The longest time after which Discord archives a silent thread by itself, minutes.
const ARCHIVE_MIN: u32 = 10_080;

/// The call cannot even be written.
pub(crate) struct Unwritable(pub(crate) &'static str);

impl From<Unwritable> for Fault {
    fn from(error: Unwritable) -> Self {
        Self::Refused { status: 404, code: 0, words: error.0.to_owned() }
    }
}

impl DiscordPlatform {
    /// Does a call at an address.
    pub(crate) async fn outcome(&self, to: &Address, call: &Call, nonce: &OutboxId) -> Outcome {
        match self.attempt(to, call, nonce).await {
            Ok(done) => Outcome::Sent(done),
            Err(fault) => Self::of_fault(&call.action, fault),
        }
    }

    /// What a failed call means.
    pub(crate) fn of_fault(action: &Action, fault: Fault) -> Outcome {
        match fault {
            Fault::TooFast { wait_ms, scope } => Outcome::RetryAfter { wait_ms, scope },
            Fault::NotDone(why) => Outcome::NotDone { why },
            Fault::Unknown(why) => Outcome::Unknown { why },
            Fault::FileGone(why) => Outcome::Rejected(Rejection { kind: RejectionKind::FileGone, why }),
            // The token is no good any more: what waits is sent when it is.
            Fault::Refused { status: 401, words, .. } => {
                Outcome::NotDone { why: format!("Discord does not accept the token: {words}") }
            }
            Fault::Refused { status, code, words } => {
                let kind = refusal::kind(status, code, action);
                Outcome::Rejected(Rejection { kind, why: words })
            }
        }
    }

    async fn attempt(&self, to: &Address, call: &Call, nonce: &OutboxId) -> Result<Delivered, Fault> {
        match &call.action {
            Action::Send(content) => self.send(to, content, nonce).await,
            Action::AnswerPress { press, text } => self.answer(press, text).await,
            Action::ShowForm { press, form, .. } => self.show(press.as_ref(), form).await,
            Action::Fetch { file } => self.fetch_file(file).await,
            Action::DropForm { .. } => Err(Unwritable("Discord cannot take a form away").into()),
            other => {
                let chat = self.chat_of(to).await?;
                self.in_chat(chat, other).await
            }
        }
    }

    async fn in_chat(&self, chat: Id, action: &Action) -> Result<Delivered, Fault> {
        match action {
            Action::Edit { message, content } => {
                let (channel, id) = need_message(chat, message)?;
                let body = write::edit(content);
                self.done(Method::PATCH, &format!("/channels/{channel}/messages/{id}"), Some(&body)).await
            }
            Action::Delete { messages } => self.delete(chat, messages).await,
            Action::Pin { message } | Action::Unpin { message } => {
                let (channel, id) = need_message(chat, message)?;
                let method = if matches!(action, Action::Pin { .. }) { Method::PUT } else { Method::DELETE };
                self.done(method, &format!("/channels/{channel}/messages/pins/{id}"), None).await
            }
            Action::Mute { user, until_ms } => {
                let until = until_ms.map(moment).transpose()?;
                self.change_member(chat, user, &json!({ "communication_disabled_until": until })).await
            }
            Action::Unmute { user, before } => self.unmute(chat, user, before.as_deref()).await,
            Action::Look { at } => self.look(chat, at).await,
            Action::Lock => self.lock(chat).await,
            Action::Unlock { before } => self.unlock(chat, before.as_deref()).await,
            Action::SlowMode { every_s } => {
                let body = json!({ "rate_limit_per_user": every_s });
                self.done(Method::PATCH, &format!("/channels/{chat}"), Some(&body)).await
            }
            Action::Kick { user } => {
                let path = format!("/guilds/{}/members/{}", self.guild_of(chat).await?, need_user(user)?);
                self.done(Method::DELETE, &path, None).await
            }
            Action::Ban { user, purge_ms } => {
                let path = format!("/guilds/{}/bans/{}", self.guild_of(chat).await?, need_user(user)?);
                let body = json!({ "delete_message_seconds": purge_ms / 1_000 });
                self.done(Method::PUT, &path, Some(&body)).await
            }
            Action::Unban { user } => {
                let path = format!("/guilds/{}/bans/{}", self.guild_of(chat).await?, need_user(user)?);
                self.done(Method::DELETE, &path, None).await
            }
            Action::Nick { user, nick } => {
                // Without a word: their own name.
                let body = json!({ "nick": nick.as_deref().unwrap_or_default() });
                self.change_member(chat, user, &body).await
            }
            Action::Badge { user, badge, of } => self.badge(chat, user, badge.as_deref(), of).await,
            Action::OpenThread { title } => self.open_thread(chat, title).await,
            Action::RenameThread { thread, title } => {
                self.done(Method::PATCH, &thread_path(thread)?, Some(&json!({ "name": title }))).await
            }
            Action::CloseThread { thread } => self.close(thread, true).await,
            Action::ReopenThread { thread } => self.close(thread, false).await,
            _ => Err(Unwritable("Discord has nothing like it").into()),
        }
    }

    /// A call of which only matters that it was done.
    pub(crate) async fn done(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Delivered, Fault> {
        self.api.call::<IgnoredAny>(method, path, body, Vec::new(), self.now_ms()).await?;
        Ok(Delivered::default())
    }

    pub(crate) async fn change_member(
        &self,
        chat: Id,
        user: &UserKey,
        body: &Value,
    ) -> Result<Delivered, Fault> {
        let path = format!("/guilds/{}/members/{}", self.guild_of(chat).await?, need_user(user)?);
        self.done(Method::PATCH, &path, Some(body)).await
    }

    async fn send(&self, to: &Address, content: &Content, nonce: &OutboxId) -> Result<Delivered, Fault> {
        let chat = self.chat_of(to).await?;
        let channel = self.spoken_in(to, chat).await?;
        let answers = content.reply_to.as_ref().and_then(|message| keys::pointed(chat, message));
        // A message of another channel cannot be answered here.
        let answers = answers.filter(|(there, _)| *there == channel).map(|(_, id)| id);
        let files = self.uploads(&content.attachments).await?;
        let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
        let nonce = keys::nonce(nonce, &serde_json::to_string(content).unwrap_or_default());
        let body = write::message(content, answers, Some(nonce), &names);
        let path = format!("/channels/{channel}/messages");
        let sent: SentMessage = self.api.call(Method::POST, &path, Some(&body), files, self.now_ms()).await?;
        if self.known.place(channel).is_some_and(|place| place.kind == ANNOUNCEMENT) {
            self.publish(sent.channel_id, sent.id).await;
        }
        let thread = (channel != chat).then_some(channel);
        Ok(Delivered {
            message: Some(keys::message_key(thread, sent.id)),
            chat: to.peer.is_some().then(|| keys::chat_key(chat)),
            ..Delivered::default()
        })
    }

    /// Hands an announcement on to the servers that follow the channel. Without that it still stands here.
    async fn publish(&self, channel: Id, message: Id) {
        let path = format!("/channels/{channel}/messages/{message}/crosspost");
        if let Err(fault) = self.done(Method::POST, &path, None).await {
            tracing::warn!(account = %self.settings.account, %fault, "an announcement was not handed on to those who follow the channel");
        }
    }

    async fn delete(&self, chat: Id, messages: &[MessageRef]) -> Result<Delivered, Fault> {
        let ids: Vec<(Id, Id)> = messages.iter().filter_map(|message| keys::pointed(chat, message)).collect();
        ids.iter().for_each(|(_, id)| self.own.deletes(*id));
        match ids.as_slice() {
            [] => Err(Unwritable("the key names no message of Discord's").into()),
            [(channel, id)] => {
                self.done(Method::DELETE, &format!("/channels/{channel}/messages/{id}"), None).await
            }
            [(channel, _), ..] => {
                let ids: Vec<String> = ids.iter().map(|(_, id)| id.to_string()).collect();
                let path = format!("/channels/{channel}/messages/bulk-delete");
                self.done(Method::POST, &path, Some(&json!({ "messages": ids }))).await
            }
        }
    }

    async fn open_thread(&self, chat: Id, title: &str) -> Result<Delivered, Fault> {
        let thread = self.opened(chat, title).await?;
        Ok(Delivered { thread: Some(keys::thread_key(thread)), ..Delivered::default() })
    }

    pub(crate) async fn opened(&self, chat: Id, title: &str) -> Result<Id, Fault> {
        let forum = self.placed(chat).await?.is_some_and(|place| place.kind == FORUM);
        let mut body = json!({ "name": title, "auto_archive_duration": ARCHIVE_MIN });
        if forum {
            // A post of a forum begins with a message.
            let first = Content::text(title.to_owned());
            body["message"] =
                json!({ "content": write::text::markdown(&first.text), "allowed_mentions": { "parse": [] } });
        } else {
            let private = self.settings.private_threads;
            body["type"] = json!(if private { PRIVATE_THREAD } else { PUBLIC_THREAD });
            if private {
                // Who is in it does not let others in.
                body["invitable"] = json!(false);
            }
        }
        let path = format!("/channels/{chat}/threads");
        let thread: Channel =
            self.api.call(Method::POST, &path, Some(&body), Vec::new(), self.now_ms()).await?;
        self.known.saw_channel(&Channel { guild_id: Some(self.guild_of(chat).await?), ..thread.clone() });
        Ok(thread.id)
    }

    async fn close(&self, thread: &ThreadRef, closed: bool) -> Result<Delivered, Fault> {
        let path = thread_path(thread)?;
        if let Some(id) = keys::thread_id(thread) {
            self.own.closes(id, closed);
        }
        self.done(Method::PATCH, &path, Some(&json!({ "archived": closed, "locked": closed }))).await
    }

    /// The channel of an address. A private one is opened when it was not yet.
    pub(crate) async fn chat_of(&self, to: &Address) -> Result<Id, Fault> {
        match (keys::channel_of(to), keys::peer_of(to)) {
            (Some(chat), _) => Ok(chat),
            (None, Some(peer)) => self.direct_of(peer).await,
            (None, None) => Err(Unwritable("the address names no channel of Discord's").into()),
        }
    }

    /// The private channel of somebody; opening one that is open gives the same.
    pub(crate) async fn direct_of(&self, user: Id) -> Result<Id, Fault> {
        if let Some(known) = self.known.direct(user) {
            return Ok(known);
        }
        let body = json!({ "recipient_id": user.to_string() });
        let channel: Channel = self
            .api
            .call(Method::POST, "/users/@me/channels", Some(&body), Vec::new(), self.now_ms())
            .await?;
        self.known.is_direct(user, channel.id);
        Ok(channel.id)
    }

    /// The server of a channel.
    pub(crate) async fn guild_of(&self, chat: Id) -> Result<Id, Fault> {
        let place = self.placed(chat).await?;
        place.and_then(|place| place.guild).ok_or(Unwritable("the channel is of no server").into())
    }

    /// A channel, asked for when nobody has told of it yet.
    pub(crate) async fn placed(&self, channel: Id) -> Result<Option<Place>, Fault> {
        match self.known.place(channel) {
            Some(place) => Ok(Some(place)),
            None => self.ask_about(channel).await,
        }
    }

    /// Asks what a channel is.
    pub(crate) async fn ask_about(&self, channel: Id) -> Result<Option<Place>, Fault> {
        let found: Channel = self.api.get(&format!("/channels/{channel}"), self.now_ms()).await?;
        self.known.saw_channel(&found);
        Ok(self.known.place(channel))
    }
}

/// A moment as Discord writes it, in whole seconds, rounded up: a mute never ends early.
fn moment(at_ms: i64) -> Result<String, Unwritable> {
    let seconds = at_ms.div_euclid(1_000) + i64::from(at_ms.rem_euclid(1_000) > 0);
    Timestamp::from_unix_timestamp(seconds).map(|at| at.to_string()).map_err(|_| Unwritable("no such time"))
}

fn need_message(chat: Id, message: &MessageRef) -> Result<(Id, Id), Unwritable> {
    keys::pointed(chat, message).ok_or(Unwritable("the key names no message of Discord's"))
}

pub(crate) fn need_user(user: &UserKey) -> Result<Id, Unwritable> {
    keys::user_id(user).ok_or(Unwritable("the key names no user of Discord's"))
}

fn thread_path(thread: &ThreadRef) -> Result<String, Unwritable> {
    let id = keys::thread_id(thread).ok_or(Unwritable("the key names no thread of Discord's"))?;
    Ok(format!("/channels/{id}"))
}
