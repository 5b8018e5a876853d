//! Our content in the Bot API's words: texts with entities, never with markup, and keyboards of handles.

use bot_core::chat::{Button, ButtonDo, Content, Mark, MarkKind, MessageRef, RichText, utf16_len};
use teloxide::payloads::{SendMediaGroup, SendMediaGroupSetters as _, SendMessage, SendMessageSetters as _};
use teloxide::types::{
    ChatId, FileId, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, InputMedia, InputMediaAudio,
    InputMediaDocument, InputMediaPhoto, InputMediaVideo, LinkPreviewOptions, MessageEntity,
    MessageEntityKind, MessageId, ReplyMarkup, ReplyParameters, ThreadId, User, UserId,
};

use crate::api::Fault;
use crate::files::name_of;
use crate::keys;
use crate::plan::sort_of;

/// Where a message is sent.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// The chat.
    pub(crate) chat: i64,
    /// The topic in it.
    pub(crate) topic: Option<i64>,
}

impl Place {
    /// The topic as teloxide has it.
    pub(crate) fn thread(self) -> Option<ThreadId> {
        self.topic.and_then(|topic| i32::try_from(topic).ok()).map(|topic| ThreadId(MessageId(topic)))
    }
}

/// A text and its marks as entities, which are counted in UTF-16 units.
pub(crate) fn text(rich: &RichText) -> (String, Vec<MessageEntity>) {
    let entity = |mark: &Mark| {
        let kind = entity_kind(&mark.kind)?;
        let offset = utf16_len(rich.text.get(..mark.start_utf8)?);
        let length = utf16_len(rich.text.get(mark.start_utf8..mark.end_utf8)?);
        (length > 0).then_some(MessageEntity { kind, offset, length })
    };
    (rich.text.clone(), rich.marks.iter().filter_map(entity).collect())
}

fn entity_kind(kind: &MarkKind) -> Option<MessageEntityKind> {
    use MessageEntityKind as E;
    Some(match kind {
        MarkKind::Bold => E::Bold,
        MarkKind::Italic => E::Italic,
        MarkKind::Underline => E::Underline,
        MarkKind::Strike => E::Strikethrough,
        MarkKind::Spoiler => E::Spoiler,
        MarkKind::Code => E::Code,
        MarkKind::CodeBlock => E::Pre { language: None },
        MarkKind::Quote => E::Blockquote,
        MarkKind::Link { url } => E::TextLink { url: url.parse().ok()? },
        MarkKind::Mention { user } => E::TextMention { user: named(keys::user_id(user)?) },
        MarkKind::MentionAll => return None,
    })
}

/// A user of whom only the id counts.
fn named(id: u64) -> User {
    User {
        id: UserId(id),
        is_bot: false,
        first_name: String::new(),
        last_name: None,
        username: None,
        language_code: None,
        is_premium: false,
        added_to_attachment_menu: false,
    }
}

/// Buttons as an inline keyboard; `None` without any, which also takes away those that an edited message had.
pub(crate) fn keyboard(rows: &[Vec<Button>], username: &str) -> Option<InlineKeyboardMarkup> {
    let button = |button: &Button| {
        let label = button.label.as_str();
        Some(match &button.does {
            ButtonDo::Press(handle) => InlineKeyboardButton::callback(label, handle.as_str()),
            ButtonDo::Url(address) => InlineKeyboardButton::url(label, address.parse().ok()?),
            ButtonDo::OpenDirect(payload) => {
                InlineKeyboardButton::url(label, direct_link(username, payload)?)
            }
        })
    };
    let rows: Vec<Vec<InlineKeyboardButton>> = rows
        .iter()
        .map(|row| row.iter().filter_map(button).collect::<Vec<_>>())
        .filter(|row| !row.is_empty())
        .collect();
    (!rows.is_empty()).then(|| InlineKeyboardMarkup::new(rows))
}

/// The link that opens the private chat with the bot and says what for.
fn direct_link(username: &str, payload: &str) -> Option<url::Url> {
    if username.is_empty() {
        return None;
    }
    format!("https://t.me/{username}?start={payload}").parse().ok()
}

/// No preview of links: nobody asked for a picture of what a user links to.
pub(crate) fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}

/// What a message answers. Text is not lost because what it answers is gone.
pub(crate) fn reply(content: &Content) -> Option<ReplyParameters> {
    let MessageRef::Key(_) = content.reply_to.as_ref()? else { return None };
    let id = keys::message_id(content.reply_to.as_ref()?)?;
    Some(ReplyParameters::new(MessageId(i32::try_from(id).ok()?)).allow_sending_without_reply())
}

/// A message of text.
pub(crate) fn message(place: Place, content: &Content, username: &str) -> SendMessage {
    let (words, entities) = text(&content.text);
    let mut message =
        SendMessage::new(ChatId(place.chat), words).entities(entities).link_preview_options(no_preview());
    message.message_thread_id = place.thread();
    message.reply_parameters = reply(content);
    message.reply_markup = keyboard(&content.buttons, username).map(ReplyMarkup::InlineKeyboard);
    message
}

/// An album. The words stand with its first part, which is where clients show them.
pub(crate) fn album(place: Place, content: &Content) -> Result<SendMediaGroup, Fault> {
    let (words, entities) = text(&content.text);
    let words = Some(words).filter(|words| !words.is_empty());
    let media = content.attachments.iter().enumerate().map(|(at, file)| {
        let id = name_of(at, file)?;
        let (words, entities) = if at == 0 { (words.clone(), Some(entities.clone())) } else { (None, None) };
        Some(part(sort_of(file), InputFile::file_id(FileId(id)), words, entities))
    });
    let media: Option<Vec<InputMedia>> = media.collect();
    let media = media.ok_or_else(|| Fault::Refused {
        code: 400,
        words: "wrong file identifier: not a file of Telegram".to_owned(),
        moved_to: None,
    })?;
    let mut album = SendMediaGroup::new(ChatId(place.chat), media);
    album.message_thread_id = place.thread();
    if let Some(reply) = reply(content) {
        album = album.reply_parameters(reply);
    }
    Ok(album)
}

fn part(
    sort: &str,
    file: InputFile,
    words: Option<String>,
    entities: Option<Vec<MessageEntity>>,
) -> InputMedia {
    macro_rules! media {
        ($variant:ident, $of:ident) => {{
            let mut media = $of::new(file);
            media.caption = words;
            media.caption_entities = entities;
            InputMedia::$variant(media)
        }};
    }
    match sort {
        "photo" => media!(Photo, InputMediaPhoto),
        "video" => media!(Video, InputMediaVideo),
        "audio" => media!(Audio, InputMediaAudio),
        _ => media!(Document, InputMediaDocument),
    }
}
