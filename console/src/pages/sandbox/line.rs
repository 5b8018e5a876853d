//! The messages of a chat, as a panel shows them.

use bot_core::chat::{Attachment, AttachmentKind, Button, ButtonDo, FileRef, MemberRole, clean_display_name};
use bot_core::text;
use guildhall_sandbox::{Author, ChatView, MessageView, Notice};

use super::super::spans::{Span, spans, web_address};
use super::cast::Cast;
use super::panel::role_key;
use super::view::{Draft, Spec, View};
use crate::frame::{Frame, Moment};

/// Longest piece of a message that a reply to it shows, in characters.
const QUOTED_CHARS: usize = 80;

/// A message, or something that happened.
pub(super) struct Line {
    pub(super) key: String,
    /// `mine`, `theirs`, `bot`, `notice`, `toast` or `gone`.
    pub(super) kind: &'static str,
    pub(super) name: String,
    /// What the author is: a staff role, admin of the group, the bot.
    pub(super) tag: String,
    pub(super) at: Moment,
    pub(super) at_ms: i64,
    pub(super) spans: Vec<Span>,
    pub(super) quote: Option<Quote>,
    pub(super) files: Vec<FileBox>,
    pub(super) buttons: Vec<Vec<Tap>>,
    pub(super) reactions: Vec<(String, usize)>,
    pub(super) edited: bool,
    pub(super) pinned: bool,
    pub(super) only_you: bool,
    /// For what happened: a sentence.
    pub(super) notice: String,
    /// Where its menu leads without scripts.
    pub(super) reply_href: String,
    pub(super) edit_href: Option<String>,
    pub(super) can_delete: bool,
}

/// A piece of another message.
pub(super) struct Quote {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) text: String,
}

/// A file.
pub(super) struct FileBox {
    pub(super) href: Option<String>,
    pub(super) name: String,
    pub(super) is_picture: bool,
    pub(super) kilobytes: u64,
}

/// A button.
pub(super) struct Tap {
    pub(super) label: String,
    /// What is sent when it is pressed.
    pub(super) does: Option<String>,
    /// Where it leads.
    pub(super) href: Option<String>,
}

/// The last `shown` lines of the panel's thread, oldest first.
pub(super) fn lines(
    f: &Frame,
    cast: &Cast,
    view: &View,
    n: usize,
    chat: &ChatView,
    shown: usize,
) -> Vec<Line> {
    let Some(spec) = view.panels.get(n) else { return Vec::new() };
    let mut lines: Vec<Line> = chat
        .messages
        .iter()
        .rev()
        .filter(|message| chat.door.is_some() || message.thread == spec.thread)
        .take(shown)
        .map(|message| line(f, cast, view, n, chat, spec, message))
        .collect();
    lines.reverse();
    lines
}

fn line(
    f: &Frame,
    cast: &Cast,
    view: &View,
    n: usize,
    chat: &ChatView,
    spec: &Spec,
    message: &MessageView,
) -> Line {
    let is_mine = message.author == Author::User(spec.speaker.clone());
    let kind = match &message.author {
        _ if message.deleted => "gone",
        Author::Platform(Notice::Toast { .. }) => "toast",
        Author::Platform(_) => "notice",
        Author::Bot => "bot",
        Author::User(_) if is_mine => "mine",
        Author::User(_) | Author::Chat(_) => "theirs",
    };
    let is_admin =
        chat.members.iter().any(|member| member.user == spec.speaker && member.role != MemberRole::Member);
    let draft = |draft: Draft| view.without_drafts().with(n, |spec| spec.draft = draft).path();
    let replied = message.reply_to.as_ref();
    Line {
        key: message.key.to_string(),
        kind,
        name: clean_display_name(&message.name, "?"),
        tag: tag(f, cast, chat, message),
        at: f.moment(message.at_ms),
        at_ms: message.at_ms,
        spans: spans(&message.content.text),
        quote: replied
            .and_then(|key| chat.messages.iter().find(|other| other.key == *key))
            .map(|other| quote_of(cast, other)),
        files: message.content.attachments.iter().map(file_box).collect(),
        buttons: message.content.buttons.iter().map(|row| taps(message, row)).collect(),
        reactions: message.reactions.iter().map(|(emoji, count)| (emoji.clone(), *count)).collect(),
        edited: message.edited,
        pinned: message.pinned,
        only_you: message.only_you,
        notice: notice(f, cast, message),
        reply_href: draft(Draft { reply: Some(message.key.clone()), ..Draft::default() }),
        edit_href: is_mine.then(|| draft(Draft { edit: Some(message.key.clone()), ..Draft::default() })),
        can_delete: is_mine || is_admin,
    }
}

fn tag(f: &Frame, cast: &Cast, chat: &ChatView, message: &MessageView) -> String {
    match &message.author {
        Author::Bot => f.t("sandbox-tag-bot"),
        Author::Chat(_) => f.t("sandbox-tag-chat"),
        Author::Platform(_) => String::new(),
        Author::User(user) => {
            let role = cast.staff(user).and_then(|staff| staff.roles.iter().next().copied());
            let leads = || {
                chat.members.iter().any(|member| member.user == *user && member.role != MemberRole::Member)
            };
            let badge =
                chat.members.iter().find(|member| member.user == *user).and_then(|one| one.badge.clone());
            match role {
                Some(role) => f.t(role_key(role)),
                None if badge.is_some() => badge.unwrap_or_default(),
                None if leads() => f.t("sandbox-tag-group-admin"),
                None => String::new(),
            }
        }
    }
}

/// The beginning of a message, for a reply to it.
pub(super) fn quote_of(cast: &Cast, message: &MessageView) -> Quote {
    let text = message.content.text.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut cut: String = text.chars().take(QUOTED_CHARS).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    if cut.is_empty() {
        cut = message.content.attachments.first().map_or_else(|| "…".to_owned(), |file| file.name.clone());
    }
    let name = match &message.author {
        Author::User(user) => cast.name(user),
        _ => clean_display_name(&message.name, "?"),
    };
    Quote { key: message.key.to_string(), name, text: cut }
}

fn file_box(file: &Attachment) -> FileBox {
    let href = match &file.file {
        FileRef::Platform(key) => Some(format!("/sandbox/file/{key}")),
        FileRef::Stored(_) | FileRef::Outbox(_) => None,
    };
    let is_picture = file.kind == AttachmentKind::Picture && href.is_some();
    FileBox { href, name: file.name.clone(), is_picture, kilobytes: file.size_bytes.div_ceil(1024) }
}

fn taps(message: &MessageView, row: &[Button]) -> Vec<Tap> {
    let tap = |button: &Button| {
        let (does, href) = match &button.does {
            ButtonDo::Press(handle) => (Some(format!("press {} {handle}", message.key)), None),
            ButtonDo::OpenDirect(_) => (Some(format!("direct {} {}", message.key, button.label)), None),
            ButtonDo::Url(url) => (None, web_address(url)),
        };
        Tap { label: button.label.clone(), does, href }
    };
    row.iter().map(tap).collect()
}

/// What happened, in a sentence.
fn notice(f: &Frame, cast: &Cast, message: &MessageView) -> String {
    let Author::Platform(notice) = &message.author else { return String::new() };
    let name = |user| cast.name(user);
    let text = match notice {
        Notice::Joined { user } => text!("sandbox-notice-joined", name = name(user)),
        Notice::Left { user } => text!("sandbox-notice-left", name = name(user)),
        Notice::Kicked { user } => text!("sandbox-notice-kicked", name = name(user)),
        Notice::Banned { user } => text!("sandbox-notice-banned", name = name(user)),
        Notice::Unbanned { user } => text!("sandbox-notice-unbanned", name = name(user)),
        Notice::Muted { user, until_ms: Some(until_ms) } => {
            let span = f.span(until_ms - message.at_ms);
            text!("sandbox-notice-muted-for", name = name(user), span = span)
        }
        Notice::Muted { user, until_ms: None } => text!("sandbox-notice-muted", name = name(user)),
        Notice::Unmuted { user } => text!("sandbox-notice-unmuted", name = name(user)),
        Notice::Locked => text!("sandbox-notice-locked"),
        Notice::Unlocked => text!("sandbox-notice-unlocked"),
        Notice::SlowMode { every_s: 0 } => text!("sandbox-notice-slow-off"),
        Notice::SlowMode { every_s } => {
            text!("sandbox-notice-slow", span = f.span(i64::from(*every_s) * 1_000))
        }
        Notice::Role { user, role: MemberRole::Member } => text!("sandbox-notice-member", name = name(user)),
        Notice::Role { user, .. } => text!("sandbox-notice-admin", name = name(user)),
        Notice::Bot { present: true } => text!("sandbox-notice-bot-in"),
        Notice::Bot { present: false } => text!("sandbox-notice-bot-out"),
        Notice::Renamed { title } => text!("sandbox-notice-renamed", title = title),
        Notice::Migrated => text!("sandbox-notice-migrated"),
        Notice::Thread { title, change } => match change.as_str() {
            "opened" => text!("sandbox-notice-thread-opened", title = title),
            "closed" => text!("sandbox-notice-thread-closed", title = title),
            "reopened" => text!("sandbox-notice-thread-reopened", title = title),
            "deleted" => text!("sandbox-notice-thread-deleted", title = title),
            _ => text!("sandbox-notice-thread-renamed", title = title),
        },
        Notice::DirectOpened => text!("sandbox-notice-direct-opened"),
        Notice::DirectClosed => text!("sandbox-notice-direct-closed"),
        Notice::Form { title, change } => match change.as_str() {
            "shown" => text!("sandbox-notice-form-shown", title = title),
            "filled" => text!("sandbox-notice-form-filled", title = title),
            _ => text!("sandbox-notice-form-gone", title = title),
        },
        Notice::Toast { text } => return text.clone(),
    };
    f.say(&text)
}
