//! Does one call: an action becomes a method of the Bot API, and its answer an outcome.

use bot_core::chat::{
    Action, Address, Call, Content, Delivered, MessageKey, MessageRef, Outcome, Rejection, RejectionKind,
    RetryScope, Right, ThreadKey, ThreadRef, UserKey,
};
use chrono::{DateTime, Utc};
use serde::de::IgnoredAny;
use teloxide::payloads as p;
use teloxide::payloads::{
    AnswerCallbackQuerySetters as _, EditForumTopicSetters as _, EditMessageCaptionSetters as _,
    EditMessageTextSetters as _, RestrictChatMemberSetters as _, SetChatPermissionsSetters as _,
    UnbanChatMemberSetters as _, UnpinChatMessageSetters as _,
};
use teloxide::types::{CallbackQueryId, ChatId, ChatPermissions, MessageId, ThreadId, UserId};

use crate::api::Fault;
use crate::before::Before;
use crate::chats::Sort;
use crate::keys;
use crate::platform::TelegramPlatform;
use crate::refusal;
use crate::tag::SetChatMemberTag;
use crate::wire::{SentMessage, Topic};

/// The call cannot even be written.
pub(crate) struct Unwritable(pub(crate) &'static str);

/// Two chats that are refused for speed within so long mean that the whole account is too fast, milliseconds.
const TOGETHER_MS: i64 = 1_000;

impl TelegramPlatform {
    /// Does a call at an address, once more at the new one when the chat has moved.
    pub(crate) async fn outcome(&self, to: &Address, call: &Call) -> Outcome {
        let Some(chat) = keys::chat_id(to) else {
            return refused(RejectionKind::NotFound, "the address names no chat of Telegram");
        };
        match self.attempt(chat, to, &call.action).await {
            Err(Fault::Refused { moved_to: Some(new), .. }) => {
                self.chats.moved(chat);
                let delivered = |done: Delivered| Delivered { chat: Some(new.to_string().into()), ..done };
                match self.attempt(new, to, &call.action).await {
                    Ok(done) => Outcome::Sent(delivered(done)),
                    Err(fault) => self.of_fault(new, &call.action, fault).await,
                }
            }
            Ok(done) => Outcome::Sent(done),
            Err(fault) => self.of_fault(chat, &call.action, fault).await,
        }
    }

    /// What a failed call means.
    async fn of_fault(&self, chat: i64, action: &Action, fault: Fault) -> Outcome {
        match fault {
            Fault::TooFast { wait_ms } => Outcome::RetryAfter { wait_ms, scope: self.too_fast(chat, action) },
            Fault::NotDone(why) => Outcome::NotDone { why },
            Fault::Unknown(why) => Outcome::Unknown { why },
            // The token is no good any more: what waits is sent when it is.
            Fault::Refused { code: 401 | 404, words, .. } => {
                Outcome::NotDone { why: format!("Telegram does not accept the token: {words}") }
            }
            Fault::Refused { words, .. } => {
                let kind = refusal::kind(&words, action, Sort::of(chat) == Sort::Direct);
                let kind = self.checked(chat, action, kind, &words).await;
                Outcome::Rejected(Rejection { kind, why: words })
            }
        }
    }

    /// What a refusal means, once what is known of the chat was asked again: rights may have changed without a word.
    async fn checked(&self, chat: i64, action: &Action, kind: RejectionKind, words: &str) -> RejectionKind {
        // Telegram says the same of messages that are too old and of those that the bot may not touch.
        let undeletable = matches!(action, Action::Delete { .. }) && words.contains("can't be deleted");
        if kind != RejectionKind::MissingRight && !undeletable {
            return kind;
        }
        if words.to_lowercase().contains("not a forum") {
            self.chats.is_no_forum(chat);
            return kind;
        }
        if self.chats.is_doubtful(chat, self.now_ms()) {
            self.ask_about_one(chat).await;
        }
        let rights = self.chats.get(chat).rights;
        let lacks = rights.is_some_and(|held| !held.contains(&Right::DeleteMessages));
        if undeletable && lacks { RejectionKind::MissingRight } else { kind }
    }

    /// What has to wait: Telegram does not say. A refusal in one chat is about that chat; another chat's just
    /// before it shows that all of us are too fast.
    fn too_fast(&self, chat: i64, action: &Action) -> RetryScope {
        if matches!(action, Action::AnswerPress { .. }) {
            return RetryScope::Account;
        }
        let now_ms = self.now_ms();
        let before = self.last_limit(chat, now_ms);
        match before {
            Some((other, at_ms)) if other != chat && now_ms - at_ms <= TOGETHER_MS => RetryScope::Account,
            _ => RetryScope::Chat,
        }
    }

    async fn attempt(&self, chat: i64, to: &Address, action: &Action) -> Result<Delivered, Fault> {
        match action {
            Action::Send(content) => self.send(chat, keys::topic_to_send(to), content).await,
            Action::Edit { message, content } => self.edit(chat, message, content).await,
            Action::Delete { messages } => self.delete(chat, messages).await,
            Action::Pin { message } => {
                let id = need_message(message)?;
                let mut pin = p::PinChatMessage::new(ChatId(chat), id);
                // Who pins for a reason says so in the message; a bell for everybody is too much.
                pin.disable_notification = Some(true);
                self.done(&pin).await
            }
            Action::Unpin { message } => {
                let id = need_message(message)?;
                self.done(&p::UnpinChatMessage::new(ChatId(chat)).message_id(id)).await
            }
            Action::Mute { user, until_ms } => self.mute(chat, user, *until_ms).await,
            Action::Unmute { user, before } => self.unmute(chat, user, before.as_deref()).await,
            Action::Look { at } => self.look(chat, at).await,
            Action::Lock => self.permit(chat, ChatPermissions::empty()).await,
            Action::Unlock { before } => {
                let before = Before::read(before.as_deref()).and_then(|before| before.permissions);
                self.permit(chat, before.unwrap_or_else(usual_permissions)).await
            }
            Action::AnswerJoin { user, let_in, .. } => self.answer_join(chat, user, *let_in).await,
            Action::Kick { user } if Sort::of(chat) == Sort::Basic => {
                self.done(&p::BanChatMember::new(ChatId(chat), need_user(user)?)).await
            }
            Action::Kick { user } => {
                self.done(&p::UnbanChatMember::new(ChatId(chat), need_user(user)?).only_if_banned(false))
                    .await
            }
            Action::Ban { user, .. } => {
                self.done(&p::BanChatMember::new(ChatId(chat), need_user(user)?)).await
            }
            Action::Unban { user } => {
                self.done(&p::UnbanChatMember::new(ChatId(chat), need_user(user)?).only_if_banned(true)).await
            }
            Action::Badge { user, badge, .. } => {
                let (user_id, tag) = (need_user(user)?.0, badge.clone().unwrap_or_default());
                self.done(&SetChatMemberTag { chat_id: chat, user_id, tag }).await
            }
            Action::AnswerPress { press, text } => {
                let mut answer = p::AnswerCallbackQuery::new(CallbackQueryId(press.0.clone()));
                if !text.is_empty() {
                    answer = answer.text(text.as_str());
                }
                self.done(&answer).await
            }
            Action::Fetch { file } => self.fetch_file(file).await,
            other => self.thread(chat, other).await,
        }
    }

    /// A call of which only matters that it was done.
    async fn done<P>(&self, payload: &P) -> Result<Delivered, Fault>
    where
        P: teloxide::requests::Payload + serde::Serialize + Sync,
    {
        self.api.call::<P, IgnoredAny>(payload).await.map(|_| Delivered::default())
    }

    async fn thread(&self, chat: i64, action: &Action) -> Result<Delivered, Fault> {
        let id = ChatId(chat);
        match action {
            Action::OpenThread { title } => {
                let topic: Topic = self.api.call(&p::CreateForumTopic::new(id, title.as_str())).await?;
                let thread = Some(ThreadKey(topic.message_thread_id.to_string()));
                Ok(Delivered { thread, ..Delivered::default() })
            }
            Action::RenameThread { thread, title } => {
                self.done(&p::EditForumTopic::new(id, need_topic(thread)?).name(title.as_str())).await
            }
            Action::CloseThread { thread } => {
                self.done(&p::CloseForumTopic::new(id, need_topic(thread)?)).await
            }
            Action::ReopenThread { thread } => {
                self.done(&p::ReopenForumTopic::new(id, need_topic(thread)?)).await
            }
            _ => Err(Unwritable("Telegram has nothing like it").into()),
        }
    }

    /// Ids that are gone already do not stop the others: Telegram skips them.
    async fn delete(&self, chat: i64, messages: &[MessageRef]) -> Result<Delivered, Fault> {
        let ids: Vec<MessageId> = keys::all_ids(messages).into_iter().filter_map(message_id).collect();
        match ids.as_slice() {
            [] => Err(Unwritable("the key names no message of Telegram").into()),
            [one] => self.done(&p::DeleteMessage::new(ChatId(chat), *one)).await,
            _ => self.done(&p::DeleteMessages::new(ChatId(chat), ids)).await,
        }
    }

    async fn edit(&self, chat: i64, message: &MessageRef, content: &Content) -> Result<Delivered, Fault> {
        let id = need_message(message)?;
        let (text, entities) = crate::write::text(&content.text);
        let keyboard = crate::write::keyboard(&content.buttons, &self.username().await);
        let caption = || {
            let mut edit = p::EditMessageCaption::new(ChatId(chat), id)
                .caption(text.as_str())
                .caption_entities(entities.clone());
            edit.reply_markup.clone_from(&keyboard);
            edit
        };
        if !content.attachments.is_empty() {
            return self.done(&caption()).await;
        }
        let mut edit = p::EditMessageText::new(ChatId(chat), id, text.as_str())
            .entities(entities.clone())
            .link_preview_options(crate::write::no_preview());
        edit.reply_markup.clone_from(&keyboard);
        match self.done(&edit).await {
            // The message has a file: its text is a caption.
            Err(Fault::Refused { words, .. }) if words.contains("there is no text in the message") => {
                self.done(&caption()).await
            }
            other => other,
        }
    }

    async fn send(&self, chat: i64, topic: Option<i64>, content: &Content) -> Result<Delivered, Fault> {
        let username = self.username_for(content).await;
        let place = crate::write::Place { chat, topic };
        if !content.attachments.is_empty() {
            return self.send_files(place, content, &username).await;
        }
        let mut message = crate::write::message(place, content, &username);
        message.allow_paid_broadcast = self.paid();
        let sent: SentMessage = self.api.call(&message).await?;
        Ok(made(keys::message_key(&[sent.message_id])))
    }

    /// Whether a send goes out as a paid broadcast; `None` says nothing of it.
    pub(crate) fn paid(&self) -> Option<bool> {
        self.settings.paid_broadcast.then_some(true)
    }

    async fn mute(&self, chat: i64, user: &UserKey, until_ms: Option<i64>) -> Result<Delivered, Fault> {
        let mut mute = p::RestrictChatMember::new(ChatId(chat), need_user(user)?, ChatPermissions::empty());
        mute.use_independent_chat_permissions = Some(true);
        if let Some(until) = until_ms.and_then(at_second) {
            mute = mute.until_date(until);
        }
        self.done(&mute).await
    }

    /// All permissions lift a restriction: what the chat allows its members counts again. Who was restricted by
    /// somebody else before is restricted like that again, unless that would be over.
    async fn unmute(&self, chat: i64, user: &UserKey, before: Option<&str>) -> Result<Delivered, Fault> {
        let now_s = self.now_ms() / 1_000;
        let before = Before::read(before).filter(|before| before.until_s.is_none_or(|end_s| end_s > now_s));
        let until_s = before.as_ref().and_then(|before| before.until_s);
        let permissions = before.and_then(|before| before.permissions).unwrap_or(ChatPermissions::all());
        let mut unmute = p::RestrictChatMember::new(ChatId(chat), need_user(user)?, permissions);
        unmute.use_independent_chat_permissions = Some(true);
        if let Some(until) = until_s.and_then(|until_s| at_second(until_s * 1_000)) {
            unmute = unmute.until_date(until);
        }
        self.done(&unmute).await
    }

    async fn permit(&self, chat: i64, permissions: ChatPermissions) -> Result<Delivered, Fault> {
        let permit = p::SetChatPermissions::new(ChatId(chat), permissions);
        self.done(&permit.use_independent_chat_permissions(true)).await
    }

    async fn answer_join(&self, chat: i64, user: &UserKey, let_in: bool) -> Result<Delivered, Fault> {
        let (chat, user) = (ChatId(chat), need_user(user)?);
        if let_in {
            self.done(&p::ApproveChatJoinRequest::new(chat, user)).await
        } else {
            self.done(&p::DeclineChatJoinRequest::new(chat, user)).await
        }
    }
}

/// What members of a group may do of which nobody knows what they might do before: write, and nothing of what is
/// usually left to admins.
fn usual_permissions() -> ChatPermissions {
    use ChatPermissions as P;
    P::all() - P::CHANGE_INFO - P::PIN_MESSAGES - P::MANAGE_TOPICS
}

/// Whole seconds, rounded up: a mute never ends early.
fn at_second(at_ms: i64) -> Option<DateTime<Utc>> {
    let seconds = at_ms.div_euclid(1_000) + i64::from(at_ms.rem_euclid(1_000) > 0);
    DateTime::from_timestamp(seconds, 0)
}

fn made(key: MessageKey) -> Delivered {
    Delivered { message: Some(key), ..Delivered::default() }
}

fn refused(kind: RejectionKind, why: &str) -> Outcome {
    Outcome::Rejected(Rejection { kind, why: why.to_owned() })
}

fn message_id(id: i64) -> Option<MessageId> {
    i32::try_from(id).ok().map(MessageId)
}

fn need_message(message: &MessageRef) -> Result<MessageId, Unwritable> {
    keys::message_id(message)
        .and_then(message_id)
        .ok_or(Unwritable("message not found: the key names none of Telegram's"))
}

fn need_topic(thread: &ThreadRef) -> Result<ThreadId, Unwritable> {
    let id = keys::topic_of(thread).and_then(message_id);
    id.map(ThreadId).ok_or(Unwritable("message thread not found: the key names none of Telegram's"))
}

pub(crate) fn need_user(user: &UserKey) -> Result<UserId, Unwritable> {
    keys::user_id(user).map(UserId).ok_or(Unwritable("user not found: the key names none of Telegram's"))
}

impl From<Unwritable> for Fault {
    fn from(error: Unwritable) -> Self {
        Self::Refused { code: 400, words: error.0.to_owned(), moved_to: None }
    }
}
