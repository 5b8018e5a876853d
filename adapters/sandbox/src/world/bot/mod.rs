//! What the bot does on the platform, judged as strictly as real platforms judge.

mod ask;
mod members;
mod messages;
mod place;
mod requests;
mod threads;

use std::borrow::Cow;

use bot_core::chat::{
    Action, Address, Attachment, ChatKey, Delivered, MessageRef, Outcome, Rejection, RejectionKind, Right,
    ThreadRef, UserKey,
};

pub(crate) use messages::DELETE_AT_ONCE;

use super::fact::{Fact, NONCES_KEPT};
use super::files::Carried;
use super::state::{Chat, Door, Group, Place, Thread, ThreadState, direct_key};
use super::step::Step;
use super::{NotStored, Traffic, Way, World};
use crate::profile::{DirectFirst, Nonces};
use crate::right::ALL_RIGHTS;

/// What a judged call gives.
type Judged<T = Delivered> = Result<T, Rejection>;

fn no<T>(kind: RejectionKind, why: impl Into<String>) -> Judged<T> {
    Err(Rejection { kind, why: why.into() })
}

impl World {
    /// Does one call for the bot, at once, as strictly as platforms judge, if the enforced pace allows it. For fronts
    /// that speak a platform's own language; faults strike before it ([`crate::Faults::strike_call`]).
    pub fn bot_does(&self, to: &Address, action: &Action) -> Outcome {
        self.admit(to).unwrap_or_else(|| self.do_call(to, action, "", Carried::default()))
    }

    /// Does one call for the bot, at once.
    pub(crate) fn do_call(&self, to: &Address, action: &Action, nonce: &str, files: Carried) -> Outcome {
        let files = self.carried(action, files);
        match self.act(|step| judge(step, to, action, nonce, &files)) {
            Ok(Ok(delivered)) => Outcome::Sent(delivered),
            Ok(Err(rejection)) => Outcome::Rejected(rejection),
            Err(NotStored(why)) => Outcome::NotDone { why },
        }
    }

    /// Counts a call against the enforced pace, and says how long to wait if it comes too early.
    pub(crate) fn admit(&self, to: &Address) -> Option<Outcome> {
        let now_ms = self.now_ms();
        let mut inner = self.inner();
        inner.watch.stats.calls += 1;
        let pace = inner.profile.enforced?;
        let key = key_of(to);
        let is_group = key
            .as_ref()
            .and_then(|key| inner.state.chats.get(key))
            .is_some_and(|chat| chat.group().is_some());
        let (wait_ms, scope) = inner.pace.admit(&pace, key.as_ref(), is_group, now_ms).err()?;
        inner.watch.stats.violations += 1;
        Some(Outcome::RetryAfter { wait_ms, scope })
    }

    /// Remembers what became of a call, for who watches.
    pub fn note_call(&self, to: &Address, action: &Action, outcome: &Outcome) {
        let line = Traffic {
            at_ms: self.now_ms(),
            way: Way::FromBot,
            chat: key_of(to),
            what: action.word().to_owned(),
            outcome: Some(outcome.clone()),
        };
        let change = super::Change { what: "traffic", chat: line.chat.clone(), message: None, user: None };
        self.inner().watch.note(line);
        let _ = self.0.changes.send(change);
    }

    /// What became of a send, by its nonce, or of the opening of a thread, by its title; `None` when the
    /// platform can't tell.
    pub(crate) fn sent_as(&self, to: &Address, nonce: &str, action: &Action) -> Option<Outcome> {
        let inner = self.inner();
        if inner.profile.nonces != Nonces::Kept {
            return None;
        }
        if let Action::OpenThread { title } = action {
            return Some(opened(inner.state.chats.get(&key_of(to)?)?, title));
        }
        let Action::Send(content) = action else { return None };
        match inner.state.sent(nonce, content) {
            Some(sent) => Some(Outcome::Sent(Delivered {
                message: Some(sent.message.clone()),
                chat: Some(sent.chat.clone()),
                ..Delivered::default()
            })),
            // It may have been so long ago that it was forgotten.
            None if inner.state.sent_order.len() >= NONCES_KEPT => None,
            None => Some(Outcome::NotDone { why: "the history does not have it".to_owned() }),
        }
    }

    /// The rights that the bot can count on at an address; `None` for a private chat. Where it can't know, it
    /// counts on all, and hears from the platform.
    pub(crate) fn rights_at(&self, to: &Address) -> Option<Vec<Right>> {
        let key = to.chat.as_ref()?;
        let inner = self.inner();
        let key = inner.state.moved.get(key).unwrap_or(key);
        match inner.state.chats.get(key).map(|chat| &chat.place) {
            Some(Place::Group(Group { bot: Some(rights), .. })) => Some(rights.clone()),
            Some(Place::Direct { .. }) => None,
            Some(Place::Group(Group { bot: None, .. })) | None => Some(ALL_RIGHTS.to_vec()),
        }
    }

    /// The key under which a chat goes on that had this key.
    pub fn moved_to(&self, key: &ChatKey) -> Option<ChatKey> {
        self.inner().state.moved.get(key).cloned()
    }

    /// The address of the chat that an address had before it moved.
    pub(crate) fn moved(&self, to: &Address) -> Option<Address> {
        let new = self.inner().state.moved.get(to.chat.as_ref()?)?.clone();
        Some(Address { chat: Some(new), ..to.clone() })
    }
}

/// A thread of this title, if the chat's list of threads has it.
fn opened(chat: &Chat, title: &str) -> Outcome {
    let there = |thread: &&Thread| thread.state != ThreadState::Deleted && thread.title == title;
    match chat.threads.values().find(there) {
        Some(thread) => Outcome::Sent(Delivered { thread: Some(thread.key.clone()), ..Delivered::default() }),
        None => Outcome::NotDone { why: "the list of threads does not have it".to_owned() },
    }
}

/// The chat that an address means, whether it is there or not.
pub(crate) fn key_of(to: &Address) -> Option<ChatKey> {
    to.chat.clone().or_else(|| to.peer.as_ref().map(direct_key))
}

fn judge(step: &mut Step<'_>, to: &Address, action: &Action, nonce: &str, files: &Carried) -> Judged {
    let place = place(step, to)?;
    let chat = place.as_ref();
    let mut delivered = match action {
        Action::Send(content) => messages::send(step, chat, to, content, nonce, files),
        Action::Edit { message, content } => messages::edit(step, chat, message, content, files),
        Action::Delete { messages } => messages::delete(step, chat, messages),
        Action::Pin { message } => messages::pin(step, chat, message, true),
        Action::Unpin { message } => messages::pin(step, chat, message, false),
        Action::Post(_) | Action::TakeDown { .. } => no(RejectionKind::Other, "there is no board"),
        Action::Mute { user, until_ms } => members::mute(step, chat, user, *until_ms),
        Action::Unmute { user, .. } => members::unmute(step, chat, user),
        Action::Look { at } => place::look(step, chat, at),
        Action::Lock => place::lock(step, chat, true),
        Action::Unlock { before } => place::lock(step, chat, before.as_deref() == Some(place::LOCKED)),
        Action::SlowMode { every_s } => place::slow_mode(step, chat, *every_s),
        Action::AnswerJoin { user, request, let_in } => requests::answer(step, chat, user, request, *let_in),
        Action::Kick { user } => members::kick(step, chat, user),
        Action::Ban { user, purge_ms } => members::ban(step, chat, user, *purge_ms),
        Action::Unban { user } => members::unban(step, chat, user),
        Action::Nick { user, nick } => members::nick(step, chat, user, nick.as_deref()),
        Action::Badge { user, badge, of } => members::badge(step, chat, user, badge.as_deref(), of),
        Action::OpenThread { title } => threads::open(step, chat, title),
        Action::RenameThread { thread, title } => threads::rename(step, chat, thread, title),
        Action::CloseThread { thread } => threads::close(step, chat, thread),
        Action::ReopenThread { thread } => threads::reopen(step, chat, thread),
        Action::AnswerPress { press, text } => ask::answer_press(step, chat, press, text),
        Action::ShowForm { user, press, form } => ask::show_form(step, chat, to, user, press.as_ref(), form),
        Action::DropForm { handle } => ask::drop_form(step, chat, handle),
        Action::Fetch { file } => fetch(step, file, files),
    }?;
    if to.peer.is_some() && chat.group().is_none() {
        delivered.chat = Some(chat.key.clone());
    }
    Ok(delivered)
}

/// Whether the bot may have the bytes of a file; they are handed over beside it.
fn fetch(step: &Step<'_>, file: &Attachment, files: &Carried) -> Judged {
    if file.size_bytes > step.profile.fetch_bytes {
        return no(RejectionKind::BadContent, "file is too big");
    }
    files.key(file).map(|_| Delivered::default()).or_else(|why| no(RejectionKind::NotFound, why))
}

/// The chat of an address, if the bot may be there. A private chat that was never opened is made where the
/// platform lets bots write first.
fn place<'a>(step: &mut Step<'a>, to: &Address) -> Judged<Cow<'a, Chat>> {
    if let Some(key) = &to.chat {
        let known = known(step, key)?;
        match &known.place {
            Place::Group(Group { bot: None, .. }) => {
                return no(RejectionKind::Kicked, "the bot is not a member of the chat");
            }
            Place::Group(_) => {}
            Place::Direct { peer, door } => direct_open(step, to, peer, *door)?,
        }
        return Ok(Cow::Borrowed(known));
    }
    let Some(peer) = &to.peer else {
        return no(RejectionKind::NotFound, "chat not found: no chat and no user given");
    };
    let key = direct_key(peer);
    if let Some(chat) = step.state.chats.get(&key) {
        if let Place::Direct { peer, door } = &chat.place {
            direct_open(step, to, peer, *door)?;
        }
        return Ok(Cow::Borrowed(chat));
    }
    direct_open(step, to, peer, Door::Unopened)?;
    let place = Place::Direct { peer: peer.clone(), door: Door::Unopened };
    let chat = step.new_chat(key, String::new(), place);
    step.push(Fact::Chat(Box::new(chat.clone())));
    Ok(Cow::Owned(chat))
}

fn known<'a>(step: &Step<'a>, key: &ChatKey) -> Judged<&'a Chat> {
    match (step.state.chats.get(key), step.state.moved.get(key)) {
        (Some(chat), _) => Ok(chat),
        (None, Some(new)) => no(RejectionKind::NotFound, format!("the chat goes on as {new}")),
        (None, None) => no(RejectionKind::NotFound, "chat not found"),
    }
}

fn direct_open(step: &Step<'_>, to: &Address, peer: &UserKey, door: Door) -> Judged<()> {
    match step.state.users.get(peer) {
        None => return no(RejectionKind::NotFound, "user not found"),
        Some(user) if user.deactivated => return no(RejectionKind::Deactivated, "user is deactivated"),
        Some(user) if user.info.is_bot => return no(RejectionKind::Other, "bots can't write to bots"),
        Some(_) => {}
    }
    let shared = || {
        let group = to.via.as_ref().and_then(|via| step.state.chats.get(via)).and_then(Chat::group);
        group.is_some_and(|group| group.bot.is_some() && group.members.contains_key(peer))
    };
    match (door, step.profile.direct_first) {
        (Door::Open, _) | (Door::Unopened, DirectFirst::Everybody) => Ok(()),
        (Door::Unopened, DirectFirst::SharedGroup) if shared() => Ok(()),
        (Door::Unopened, _) => no(RejectionKind::NotStarted, "the bot can't write to a user first"),
        (Door::Blocked, _) => no(RejectionKind::Blocked, "the bot was blocked by the user"),
    }
}

fn need(chat: &Chat, right: Right) -> Judged<()> {
    let held =
        chat.group().is_none_or(|group| group.bot.as_ref().is_some_and(|rights| rights.contains(&right)));
    if held { Ok(()) } else { no(RejectionKind::MissingRight, format!("not enough rights: {right:?}")) }
}

fn need_group(chat: &Chat) -> Judged<&Group> {
    match chat.group() {
        Some(group) => Ok(group),
        None => no(RejectionKind::Other, "this works only in a group"),
    }
}

fn need_ability(there: bool, what: &str) -> Judged<()> {
    if there { Ok(()) } else { no(RejectionKind::Other, format!("this platform has no {what}")) }
}

fn message_key(message: &MessageRef) -> Judged<&bot_core::chat::MessageKey> {
    match message {
        MessageRef::Key(key) => Ok(key),
        MessageRef::Outbox(_) => no(RejectionKind::Other, "the message it points at has no key yet"),
    }
}

fn thread_key(thread: &ThreadRef) -> Judged<&bot_core::chat::ThreadKey> {
    match thread {
        ThreadRef::Key(key) => Ok(key),
        ThreadRef::Outbox(_) => no(RejectionKind::Other, "the thread it points at has no key yet"),
    }
}
