//! Threads as the admins of a group make and end them.

use bot_core::chat::{ChatKey, EventBody, ThreadChange, ThreadKey, UserKey};

use super::managing;
use crate::Refusal;
use crate::world::fact::Fact;
use crate::world::notice::Notice;
use crate::world::state::{Thread, ThreadState};
use crate::world::{World, check};

impl World {
    /// An admin opens a thread. The bot learns of it with the first message.
    ///
    /// # Errors
    /// When the user is no admin, or the title is empty or too long.
    pub fn open_thread(&self, user: &UserKey, chat: &ChatKey, title: &str) -> Result<ThreadKey, Refusal> {
        self.person(|step| {
            let chat = managing(step.state, user, chat)?;
            if !step.profile.threads {
                return Err(Refusal::Absent("threads"));
            }
            check::peoples_title(title)?;
            let key = step.thread_key(chat);
            let thread = Thread { key: key.clone(), title: title.to_owned(), state: ThreadState::Open };
            step.push(Fact::Thread { chat: chat.key.clone(), thread });
            step.notice(chat, Notice::Thread { title: title.to_owned(), change: "opened".to_owned() });
            Ok(key)
        })
    }

    /// An admin closes a thread to new messages.
    ///
    /// # Errors
    /// When the user is no admin, the thread is gone or closed already.
    pub fn close_thread(&self, user: &UserKey, chat: &ChatKey, thread: &ThreadKey) -> Result<(), Refusal> {
        self.change_thread(user, chat, thread, ThreadState::Closed)
    }

    /// An admin opens a closed thread again.
    ///
    /// # Errors
    /// When the user is no admin, the thread is gone or open already.
    pub fn reopen_thread(&self, user: &UserKey, chat: &ChatKey, thread: &ThreadKey) -> Result<(), Refusal> {
        self.change_thread(user, chat, thread, ThreadState::Open)
    }

    /// An admin deletes a thread with its messages.
    ///
    /// # Errors
    /// When the user is no admin, or the thread is gone.
    pub fn delete_thread(&self, user: &UserKey, chat: &ChatKey, thread: &ThreadKey) -> Result<(), Refusal> {
        self.change_thread(user, chat, thread, ThreadState::Deleted)
    }

    fn change_thread(
        &self,
        user: &UserKey,
        chat: &ChatKey,
        key: &ThreadKey,
        state: ThreadState,
    ) -> Result<(), Refusal> {
        self.person(|step| {
            let chat = managing(step.state, user, chat)?;
            let thread = chat.thread(key).ok_or_else(|| Refusal::NoThread(key.clone()))?;
            if thread.state == state {
                return Err(Refusal::Unchanged);
            }
            let (change, word) = match state {
                ThreadState::Open => (ThreadChange::Reopened, "reopened"),
                ThreadState::Closed => (ThreadChange::Closed, "closed"),
                ThreadState::Deleted => (ThreadChange::Deleted, "deleted"),
            };
            step.push(Fact::Thread { chat: chat.key.clone(), thread: Thread { state, ..thread.clone() } });
            step.notice(chat, Notice::Thread { title: thread.title.clone(), change: word.to_owned() });
            step.tell(chat, EventBody::ThreadChanged { chat: chat.info(), thread: key.clone(), change });
            Ok(())
        })
    }
}
