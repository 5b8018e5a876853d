//! The bot opens, renames, closes and opens threads again.

use bot_core::chat::{Delivered, RejectionKind, Right, ThreadRef};

use super::{Judged, need, need_ability, need_group, no, thread_key};
use crate::world::check;
use crate::world::fact::Fact;
use crate::world::notice::Notice;
use crate::world::state::{Chat, Thread, ThreadState};
use crate::world::step::Step;

pub(super) fn open(step: &mut Step<'_>, chat: &Chat, title: &str) -> Judged {
    may_manage(step, chat)?;
    check::title(title).or_else(|why| no(RejectionKind::BadContent, why))?;
    let key = step.thread_key(chat);
    change(
        step,
        chat,
        Thread { key: key.clone(), title: title.to_owned(), state: ThreadState::Open },
        "opened",
    );
    Ok(Delivered { thread: Some(key), ..Delivered::default() })
}

pub(super) fn rename(step: &mut Step<'_>, chat: &Chat, thread: &ThreadRef, title: &str) -> Judged {
    may_manage(step, chat)?;
    check::title(title).or_else(|why| no(RejectionKind::BadContent, why))?;
    let thread = find(chat, thread)?;
    if thread.title == title {
        return no(RejectionKind::AlreadySo, "the thread has this title already");
    }
    change(step, chat, Thread { title: title.to_owned(), ..thread.clone() }, "renamed");
    Ok(Delivered::default())
}

pub(super) fn close(step: &mut Step<'_>, chat: &Chat, thread: &ThreadRef) -> Judged {
    set(step, chat, thread, ThreadState::Closed, "closed")
}

pub(super) fn reopen(step: &mut Step<'_>, chat: &Chat, thread: &ThreadRef) -> Judged {
    set(step, chat, thread, ThreadState::Open, "reopened")
}

fn set(step: &mut Step<'_>, chat: &Chat, thread: &ThreadRef, state: ThreadState, word: &str) -> Judged {
    may_manage(step, chat)?;
    let thread = find(chat, thread)?;
    if thread.state == state {
        return no(RejectionKind::AlreadySo, format!("the thread is {word} already"));
    }
    change(step, chat, Thread { state, ..thread.clone() }, word);
    Ok(Delivered::default())
}

fn change(step: &mut Step<'_>, chat: &Chat, thread: Thread, word: &str) {
    let notice = Notice::Thread { title: thread.title.clone(), change: word.to_owned() };
    step.push(Fact::Thread { chat: chat.key.clone(), thread });
    step.notice(chat, notice);
}

fn may_manage(step: &Step<'_>, chat: &Chat) -> Judged<()> {
    need_ability(step.profile.threads, "threads")?;
    need_group(chat)?;
    need(chat, Right::ManageThreads)
}

fn find<'a>(chat: &'a Chat, thread: &ThreadRef) -> Judged<&'a Thread> {
    match chat.thread(thread_key(thread)?) {
        Some(thread) => Ok(thread),
        None => no(RejectionKind::NotFound, "thread not found"),
    }
}
