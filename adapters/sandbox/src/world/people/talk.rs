//! What people write, edit, delete and react with.

use bot_core::chat::{
    Attachment, ChatKey, Content, EventBody, ForwardOrigin, MemberRole, MessageKey, MessageRef,
    ReactionChange, RichText, ThreadKey, UserKey,
};

use super::{inside, speaking, user_named};
use crate::Refusal;
use crate::world::fact::Fact;
use crate::world::state::{Author, Chat, Door, Message, Place, ThreadState};
use crate::world::step::{Draft, Step};
use crate::world::{World, check, mention};

/// What a person is about to send.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Post {
    /// Into which thread.
    pub thread: Option<ThreadKey>,
    /// Text and files; `@username` in the text becomes a mention.
    pub content: Content,
    /// In answer to which message.
    pub reply_to: Option<MessageKey>,
    /// Where it is forwarded from.
    pub forwarded: Option<ForwardOrigin>,
}

impl Post {
    /// A text.
    pub fn text(text: impl Into<RichText>) -> Self {
        Self { content: Content::text(text), ..Self::default() }
    }

    /// Into a thread.
    #[must_use]
    pub fn in_thread(self, thread: &ThreadKey) -> Self {
        Self { thread: Some(thread.clone()), ..self }
    }

    /// In answer to a message.
    #[must_use]
    pub fn replying_to(self, message: &MessageKey) -> Self {
        Self { reply_to: Some(message.clone()), ..self }
    }

    /// With a file from [`World::upload`].
    #[must_use]
    pub fn with_file(mut self, file: Attachment) -> Self {
        self.content.attachments.push(file);
        self
    }
}

impl From<&str> for Post {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Post {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl World {
    /// A user writes into a chat.
    ///
    /// # Errors
    /// As the platform refuses: not a member, banned, muted, thread closed, too long, empty, and so on.
    pub fn say(&self, user: &UserKey, chat: &ChatKey, post: impl Into<Post>) -> Result<MessageKey, Refusal> {
        let post = post.into();
        let files = self.known_files(&post.content.attachments);
        self.person(|step| {
            let (chat, _) = speaking(step.state, user, chat, step.now_ms)?;
            write(step, chat, Author::User(user.clone()), post, &files)
        })
    }

    /// The group itself, an anonymous admin or a linked channel writes into a group.
    ///
    /// # Errors
    /// When there is no such group, or the content can't be sent.
    pub fn say_as_chat(
        &self,
        chat: &ChatKey,
        name: &str,
        post: impl Into<Post>,
    ) -> Result<MessageKey, Refusal> {
        let post = post.into();
        let files = self.known_files(&post.content.attachments);
        self.person(|step| {
            let chat = step.state.chat(chat)?;
            chat.group().ok_or(Refusal::NotGroup)?;
            write(step, chat, Author::Chat(name.to_owned()), post, &files)
        })
    }

    /// A user changes the text of their own message.
    ///
    /// # Errors
    /// As [`World::say`]; and when the message is gone, somebody else's, or unchanged.
    pub fn edit(
        &self,
        user: &UserKey,
        chat: &ChatKey,
        message: &MessageKey,
        text: impl Into<RichText>,
    ) -> Result<(), Refusal> {
        let text = text.into();
        let bot = self.bot().clone();
        self.person(|step| {
            let (chat, _) = speaking(step.state, user, chat, step.now_ms)?;
            let old = visible(chat, user, message)?;
            if old.author != Author::User(user.clone()) {
                return Err(Refusal::NotAuthor);
            }
            let text = mention::resolve(text, |name| user_named(step.state, &bot, name));
            let content = Content { text, ..old.content.clone() };
            check::people_send(step.profile, &content, |_| true)?;
            if content == old.content {
                return Err(Refusal::Unchanged);
            }
            let new = Message { content: content.clone(), ..old.clone() };
            step.push(Fact::Edited {
                chat: chat.key.clone(),
                message: message.clone(),
                content: Box::new(content),
            });
            if let Some(event) = step.message_event(chat, &new) {
                step.tell(chat, EventBody::Edited(event));
            }
            Ok(())
        })
    }

    /// A user deletes messages: their own, or anybody's as an admin.
    ///
    /// # Errors
    /// When one of them is gone or not theirs to delete; none is deleted then.
    pub fn delete(&self, user: &UserKey, chat: &ChatKey, messages: &[MessageKey]) -> Result<(), Refusal> {
        self.person(|step| {
            let (chat, role) = inside(step.state, user, chat)?;
            for message in messages {
                let message = visible(chat, user, message)?;
                if message.author != Author::User(user.clone()) && role == MemberRole::Member {
                    return Err(Refusal::NotAuthor);
                }
            }
            let messages = messages.to_vec();
            step.push(Fact::Deleted { chat: chat.key.clone(), messages: messages.clone() });
            if step.profile.tells_deletions {
                step.tell(chat, EventBody::Deleted { chat: chat.info(), messages });
            }
            Ok(())
        })
    }

    /// A user's reactions on a message are now these.
    ///
    /// # Errors
    /// When the message is gone, the user not there, or nothing changes.
    pub fn react(
        &self,
        user: &UserKey,
        chat: &ChatKey,
        message: &MessageKey,
        emoji: &[&str],
    ) -> Result<(), Refusal> {
        let emoji: Vec<String> = emoji.iter().map(|emoji| (*emoji).to_owned()).collect();
        self.person(|step| {
            let (chat, _) = inside(step.state, user, chat)?;
            let old = visible(chat, user, message)?.reactions.get(user).cloned().unwrap_or_default();
            if old == emoji {
                return Err(Refusal::Unchanged);
            }
            let by = step.state.user(user)?.info.clone();
            let (key, message) = (chat.key.clone(), message.clone());
            step.push(Fact::Reacted {
                chat: key,
                message: message.clone(),
                user: user.clone(),
                emoji: emoji.clone(),
            });
            step.tell(
                chat,
                EventBody::Reacted {
                    chat: chat.info(),
                    message,
                    by: Some(by),
                    emoji,
                    change: ReactionChange::Stand,
                },
            );
            Ok(())
        })
    }
}

/// A message that a user can see.
pub(super) fn visible<'a>(chat: &'a Chat, user: &UserKey, key: &MessageKey) -> Result<&'a Message, Refusal> {
    chat.message(key)
        .filter(|message| message.only_for.as_ref().is_none_or(|only| only == user))
        .ok_or_else(|| Refusal::NoMessage(key.clone()))
}

fn write(
    step: &mut Step<'_>,
    chat: &Chat,
    author: Author,
    post: Post,
    files: &[String],
) -> Result<MessageKey, Refusal> {
    if let Some(key) = &post.thread {
        let thread = chat.thread(key).ok_or_else(|| Refusal::NoThread(key.clone()))?;
        if thread.state != ThreadState::Open {
            return Err(Refusal::ThreadClosed);
        }
    }
    let mut content = post.content;
    let replied = content.reply_to.take().and_then(|message| match message {
        MessageRef::Key(key) => Some(key),
        MessageRef::Outbox(_) => None,
    });
    let reply_to = post.reply_to.or(replied);
    if let Some(key) = &reply_to
        && chat.message(key).is_none()
    {
        return Err(Refusal::NoMessage(key.clone()));
    }
    check::people_send(step.profile, &content, |key| files.iter().any(|file| file == key))?;
    content.text = mention::resolve(content.text, |name| user_named(step.state, step.bot(), name));
    if let Place::Direct { door: Door::Unopened, .. } = chat.place {
        step.push(Fact::Door { chat: chat.key.clone(), door: Door::Open });
    }
    let draft =
        Draft { author, thread: post.thread, content, reply_to, forwarded: post.forwarded, only_for: None };
    let message = step.post(chat, draft);
    if let Some(event) = step.message_event(chat, &message) {
        step.tell(chat, EventBody::Message(event));
    }
    Ok(message.key)
}
