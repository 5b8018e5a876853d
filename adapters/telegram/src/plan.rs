//! The calls that an action becomes on Telegram, and what is lost on the way.
//!
//! Limits are those of core.telegram.org/bots/api (Bot API 9.2) and of the clients, read 2026-11-21.

use bot_core::chat::{
    Action, Attachment, AttachmentKind, Button, ButtonDo, Call, Capabilities, Content, Feature, FileRef,
    Loss, LossKind, MessageRef, RenderPlan, RichText, Standing, cut_rich_text, sends, split_rich_text,
    utf16_len,
};

use crate::capability::{
    ALBUM_MAX, CAPTION_MAX, FETCH_MAX, FILE_MAX, MUTE_MAX_MS, ROWS_MAX, TAG_MAX, TEXT_MAX,
};
use crate::chats::Sort;
use crate::keys;

/// Longest answer to a press, characters.
const TOAST_MAX: usize = 200;
/// Longest title of a topic, characters.
const TITLE_MAX: usize = 128;
/// Longest callback data, bytes.
const HANDLE_MAX: usize = 64;
/// Longest payload of a link into the private chat, characters.
const PAYLOAD_MAX: usize = 64;
/// Most messages deleted by one call.
const DELETE_MAX: usize = 100;
/// The largest picture that a bot may send as one, bytes; a larger one goes as a file.
const PHOTO_MAX: u64 = 10 * 1024 * 1024;
/// Shorter restrictions than this last for ever, milliseconds.
const MUTE_MIN_MS: i64 = 30_000;

/// What is done about mutes that Telegram has no end for.
const LIFTED_BY_US: &str = "a mute without an end of its own, lifted by the bot (Telegram ends only mutes of 30 seconds to 366 days)";
/// What is done about buttons under an album.
const BUTTONS_BELOW: &str = "buttons under a message of their own, since an album takes none";

/// What an action becomes in a chat of this sort.
pub(crate) fn plan(sort: Sort, caps: &Capabilities, action: &Action, now_ms: i64) -> RenderPlan {
    let mut losses = Vec::new();
    // A press is answered to whoever pressed, with no right to write in the chat.
    let answers = matches!(action, Action::AnswerPress { .. });
    if !answers && !caps.allow(action.needs(), &mut losses) {
        return RenderPlan { calls: Vec::new(), losses };
    }
    let actions = match action {
        Action::Send(content) => send(caps, content, &mut losses),
        Action::Edit { message, content } => edit(caps, content, &mut losses)
            .map(|content| Action::Edit { message: message.clone(), content })
            .into_iter()
            .collect(),
        Action::Delete { messages } => delete(messages),
        Action::Mute { user, until_ms } => {
            let until_ms = mute_end(*until_ms, now_ms, &mut losses);
            let look = Action::Look { at: Standing::Member(user.clone()) };
            vec![look, Action::Mute { user: user.clone(), until_ms }]
        }
        Action::Lock => vec![Action::Look { at: Standing::Chat }, Action::Lock],
        Action::AnswerPress { press, text } => {
            vec![Action::AnswerPress { press: press.clone(), text: cut_chars(text, TOAST_MAX, &mut losses) }]
        }
        Action::OpenThread { title } => {
            vec![Action::OpenThread { title: cut_chars(title, TITLE_MAX, &mut losses) }]
        }
        Action::Badge { user, badge, of } => {
            let badge = badge.as_ref().map(|badge| cut_chars(badge, TAG_MAX, &mut losses));
            vec![Action::Badge { user: user.clone(), badge, of: of.clone() }]
        }
        Action::RenameThread { thread, title } => {
            let title = cut_chars(title, TITLE_MAX, &mut losses);
            vec![Action::RenameThread { thread: thread.clone(), title }]
        }
        Action::Fetch { file } => {
            let most = caps.limits(Feature::Fetch).size_bytes.unwrap_or(FETCH_MAX);
            if file.size_bytes > most {
                losses.push(Loss { feature: Feature::Fetch, kind: LossKind::Dropped });
                return RenderPlan { calls: Vec::new(), losses };
            }
            vec![action.clone()]
        }
        Action::Ban { user, purge_ms } => {
            vec![Action::Ban { user: user.clone(), purge_ms: caps.fit_purge(*purge_ms, &mut losses) }]
        }
        other => vec![other.clone()],
    };
    let calls = actions.into_iter().map(|action| Call { method: method(sort, &action).to_owned(), action });
    RenderPlan { calls: calls.collect(), losses }
}

/// Telegram's name of the call that does an action.
pub(crate) fn method(sort: Sort, action: &Action) -> &'static str {
    match action {
        Action::Send(content) => match content.attachments.as_slice() {
            [] => "sendMessage",
            [one] => send_method(sort_of(one)),
            _ => "sendMediaGroup",
        },
        Action::Edit { content, .. } if content.attachments.is_empty() => "editMessageText",
        Action::Edit { .. } => "editMessageCaption",
        Action::Delete { messages } if keys::all_ids(messages).len() == 1 => "deleteMessage",
        Action::Delete { .. } => "deleteMessages",
        Action::Pin { .. } => "pinChatMessage",
        Action::Unpin { .. } => "unpinChatMessage",
        Action::Mute { .. } | Action::Unmute { .. } => "restrictChatMember",
        Action::Look { at: Standing::Member(_) } => "getChatMember",
        Action::Look { at: Standing::Chat } => "getChat",
        Action::Lock | Action::Unlock { .. } => "setChatPermissions",
        Action::AnswerJoin { let_in: true, .. } => "approveChatJoinRequest",
        Action::AnswerJoin { let_in: false, .. } => "declineChatJoinRequest",
        // In a basic group who was removed may come back anyway; in a supergroup lifting a ban that is not there
        // removes too, in one call that leaves nobody banned if the program dies.
        Action::Kick { .. } if sort == Sort::Basic => "banChatMember",
        Action::Kick { .. } | Action::Unban { .. } => "unbanChatMember",
        Action::Ban { .. } => "banChatMember",
        Action::OpenThread { .. } => "createForumTopic",
        Action::RenameThread { .. } => "editForumTopic",
        Action::CloseThread { .. } => "closeForumTopic",
        Action::ReopenThread { .. } => "reopenForumTopic",
        Action::AnswerPress { .. } => "answerCallbackQuery",
        Action::Badge { .. } => "setChatMemberTag",
        Action::ShowForm { .. }
        | Action::DropForm { .. }
        | Action::SlowMode { .. }
        | Action::Nick { .. }
        | Action::Post(_)
        | Action::TakeDown { .. } => "",
        Action::Fetch { .. } => "getFile",
    }
}

fn send_method(sort: &str) -> &'static str {
    match sort {
        "photo" => "sendPhoto",
        "video" => "sendVideo",
        "animation" => "sendAnimation",
        "video_note" => "sendVideoNote",
        "audio" => "sendAudio",
        "voice" => "sendVoice",
        "sticker" => "sendSticker",
        _ => "sendDocument",
    }
}

/// The sort of a file as its key has it.
pub(crate) fn sort_of(file: &Attachment) -> &str {
    match &file.file {
        FileRef::Platform(key) => key.split_once(':').map_or("", |(sort, _)| sort),
        FileRef::Stored(_) => sort_to_upload(file),
        FileRef::Outbox(_) => "",
    }
}

/// As what a file of our store is sent: as a picture, film or sound only what clients show as one.
fn sort_to_upload(file: &Attachment) -> &'static str {
    match (file.kind, file.media_type.as_str()) {
        (AttachmentKind::Picture, "image/jpeg" | "image/png" | "image/webp")
            if file.size_bytes <= PHOTO_MAX =>
        {
            "photo"
        }
        (AttachmentKind::Picture | AttachmentKind::Video, "image/gif") => "animation",
        (AttachmentKind::Video, "video/mp4") => "video",
        (AttachmentKind::Audio, "audio/mpeg" | "audio/mp4" | "audio/m4a" | "audio/x-m4a") => "audio",
        (AttachmentKind::Audio, "audio/ogg" | "audio/opus") => "voice",
        _ => "document",
    }
}

fn send(caps: &Capabilities, content: &Content, losses: &mut Vec<Loss>) -> Vec<Action> {
    let mut content = fitted(caps, content, losses);
    let files = std::mem::take(&mut content.attachments);
    let mut parts: Vec<Content> =
        albums(files).into_iter().map(|attachments| Content { attachments, ..Content::default() }).collect();
    let text = std::mem::take(&mut content.text);
    let has_buttons = !content.buttons.is_empty();
    let under =
        parts.last().is_some_and(|last| takes_caption(last) && !(has_buttons && last.attachments.len() > 1));
    match parts.last_mut() {
        Some(last) if under && utf16_len(&text.text) <= CAPTION_MAX => last.text = text,
        _ => parts.extend(split_rich_text(&text, TEXT_MAX).into_iter().map(Content::text)),
    }
    if has_buttons && parts.last().is_some_and(|last| last.attachments.len() > 1) {
        losses.push(Loss {
            feature: Feature::Buttons,
            kind: LossKind::Emulated { via: BUTTONS_BELOW.to_owned() },
        });
        parts.push(Content::text("⬆"));
    }
    if parts.len() > 1 {
        let with_files = parts.iter().filter(|part| !part.attachments.is_empty()).count();
        let feature = if with_files > 1 { Feature::Attachments } else { Feature::Text };
        losses.push(Loss { feature, kind: LossKind::Split { parts: parts.len() } });
    }
    sends(parts, content.reply_to, content.buttons)
}

/// Files by the messages that can hold them: pictures and videos share an album, documents and sounds have albums
/// of their own, the rest goes alone.
fn albums(files: Vec<Attachment>) -> Vec<Vec<Attachment>> {
    let family = |file: &Attachment| match sort_of(file) {
        "photo" | "video" => 1,
        "document" => 2,
        "audio" => 3,
        _ => 0,
    };
    let mut albums: Vec<Vec<Attachment>> = Vec::new();
    for file in files {
        match albums.last_mut() {
            Some(album)
                if album.len() < ALBUM_MAX
                    && family(&file) != 0
                    && album.first().is_some_and(|first| family(first) == family(&file)) =>
            {
                album.push(file);
            }
            _ => albums.push(vec![file]),
        }
    }
    albums
}

fn takes_caption(part: &Content) -> bool {
    !part.attachments.iter().any(|file| matches!(sort_of(file), "sticker" | "video_note"))
}

/// An edit stays one message, since it may be repeated.
fn edit(caps: &Capabilities, content: &Content, losses: &mut Vec<Loss>) -> Option<Content> {
    let mut content = fitted(caps, content, losses);
    let max = if content.attachments.is_empty() { TEXT_MAX } else { CAPTION_MAX };
    content.text = cut_rich_text(&content.text, max, losses);
    content.reply_to = None;
    (!content.attachments.is_empty() || !content.text.text.trim().is_empty()).then_some(content)
}

/// A hundred messages to a call; an album's parts go together.
fn delete(messages: &[MessageRef]) -> Vec<Action> {
    let mut calls: Vec<(usize, Vec<MessageRef>)> = Vec::new();
    for message in messages {
        let parts = keys::all_ids(std::slice::from_ref(message)).len().max(1);
        match calls.last_mut() {
            Some((held, call)) if *held + parts <= DELETE_MAX => {
                *held += parts;
                call.push(message.clone());
            }
            _ => calls.push((parts, vec![message.clone()])),
        }
    }
    calls.into_iter().map(|(_, messages)| Action::Delete { messages }).collect()
}

/// The content without what Telegram can't carry.
fn fitted(caps: &Capabilities, content: &Content, losses: &mut Vec<Loss>) -> Content {
    let mut content = content.clone();
    caps.fit_mention_all(&mut content.text, losses);
    let most = caps.limits(Feature::Attachments).size_bytes.unwrap_or(FILE_MAX);
    let sendable = |file: &Attachment| match &file.file {
        FileRef::Platform(key) => key.contains(':'),
        FileRef::Stored(_) => file.size_bytes <= most,
        FileRef::Outbox(_) => false,
    };
    if content.attachments.iter().any(|file| !sendable(file)) {
        content.attachments.retain(sendable);
        losses.push(Loss { feature: Feature::Attachments, kind: LossKind::Dropped });
    }
    let good = |button: &Button| match &button.does {
        ButtonDo::Press(handle) => (1..=HANDLE_MAX).contains(&handle.len()),
        ButtonDo::Url(address) => is_address(address),
        ButtonDo::OpenDirect(payload) => is_payload(payload),
    };
    let all = content.buttons.iter().map(Vec::len).sum::<usize>();
    content.buttons.truncate(ROWS_MAX);
    content
        .buttons
        .iter_mut()
        .for_each(|row| row.retain(|button| good(button) && !button.label.trim().is_empty()));
    content.buttons.retain(|row| !row.is_empty());
    if content.buttons.iter().map(Vec::len).sum::<usize>() < all {
        losses.push(Loss { feature: Feature::Buttons, kind: LossKind::Dropped });
    }
    content
}

/// Whether Telegram takes it as a link's address.
pub(crate) fn is_address(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "tg" | "ton"))
}

fn is_payload(payload: &str) -> bool {
    payload.len() <= PAYLOAD_MAX
        && payload.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

fn cut_chars(text: &str, max: usize, losses: &mut Vec<Loss>) -> String {
    if utf16_len(text) <= max {
        return text.to_owned();
    }
    cut_rich_text(&RichText::plain(text), max, losses).text
}

/// The end of a mute as Telegram takes it; without one where Telegram would make it last for ever anyway.
fn mute_end(until_ms: Option<i64>, now_ms: i64, losses: &mut Vec<Loss>) -> Option<i64> {
    let left_ms = until_ms? - now_ms;
    // A second of room: the call takes time, and Telegram's clock need not be ours.
    if (MUTE_MIN_MS + 1_000..=MUTE_MAX_MS).contains(&left_ms) {
        return until_ms;
    }
    losses.push(Loss { feature: Feature::Mute, kind: LossKind::Emulated { via: LIFTED_BY_US.to_owned() } });
    None
}
