//! Sends one file again by its id. Each sort of file has a method of its own.

use bot_core::chat::Content;
use teloxide::payloads as p;
use teloxide::types::{ChatId, FileId, InputFile, ReplyMarkup};

use crate::api::Fault;
use crate::platform::TelegramPlatform;
use crate::wire::SentMessage;
use crate::write::{Place, keyboard, reply, text};

impl TelegramPlatform {
    /// Sends the file of a message, with its words as caption where the sort takes one.
    pub(crate) async fn send_file(
        &self,
        place: Place,
        content: &Content,
        username: &str,
        (sort, file_id): (&str, &str),
    ) -> Result<SentMessage, Fault> {
        let file = || InputFile::file_id(FileId(file_id.to_owned()));
        let (words, entities) = text(&content.text);
        let markup = keyboard(&content.buttons, username).map(ReplyMarkup::InlineKeyboard);
        macro_rules! send {
            ($payload:ident) => {{
                let mut send = p::$payload::new(ChatId(place.chat), file());
                send.message_thread_id = place.thread();
                send.reply_parameters = reply(content);
                send.reply_markup = markup;
                send
            }};
            ($payload:ident, with caption) => {{
                let mut send = send!($payload);
                if !words.is_empty() {
                    send.caption = Some(words);
                    send.caption_entities = Some(entities);
                }
                send
            }};
        }
        match sort {
            "photo" => self.api.call(&send!(SendPhoto, with caption)).await,
            "video" => self.api.call(&send!(SendVideo, with caption)).await,
            "animation" => self.api.call(&send!(SendAnimation, with caption)).await,
            "audio" => self.api.call(&send!(SendAudio, with caption)).await,
            "voice" => self.api.call(&send!(SendVoice, with caption)).await,
            "video_note" => self.api.call(&send!(SendVideoNote)).await,
            "sticker" => self.api.call(&send!(SendSticker)).await,
            _ => self.api.call(&send!(SendDocument, with caption)).await,
        }
    }
}
