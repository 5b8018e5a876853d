//! What Telegram's refusals mean. The Bot API has no codes for them, only words: this is the list of those words
//! (telegram-bot-api's Client.cpp and TDLib's errors, as bots meet them; read 2026-11-21).

use bot_core::chat::{Action, RejectionKind};

use RejectionKind as Kind;

/// Words of refusals in lower case, and what they mean. The first that stands in the refusal counts.
const WORDS: &[(&str, Kind)] = &[
    // 403
    ("bot was blocked by the user", Kind::Blocked),
    ("user is deactivated", Kind::Deactivated),
    ("bot can't initiate conversation", Kind::NotStarted),
    ("bot was kicked from", Kind::Kicked),
    ("bot is not a member of", Kind::Kicked),
    ("the group chat was deleted", Kind::Kicked),
    ("channel_private", Kind::Kicked),
    // Nothing left to be done.
    ("message is not modified", Kind::AlreadySo),
    ("topic_not_modified", Kind::AlreadySo),
    ("chat_not_modified", Kind::AlreadySo),
    ("user_already_participant", Kind::AlreadySo),
    // Keys of files.
    ("wrong file", Kind::FileGone),
    ("wrong remote file", Kind::FileGone),
    ("file_id_invalid", Kind::FileGone),
    ("file_reference_", Kind::FileGone),
    ("invalid file_id", Kind::FileGone),
    // Not there.
    ("message thread not found", Kind::NotFound),
    ("topic_deleted", Kind::NotFound),
    ("topic_id_invalid", Kind::NotFound),
    ("message to edit not found", Kind::NotFound),
    ("message to delete not found", Kind::NotFound),
    ("message to pin not found", Kind::NotFound),
    ("message to unpin not found", Kind::NotFound),
    ("message to be replied not found", Kind::NotFound),
    ("replied message not found", Kind::NotFound),
    ("message to reply not found", Kind::NotFound),
    ("message_id_invalid", Kind::NotFound),
    ("message identifier is not specified", Kind::NotFound),
    ("message not found", Kind::NotFound),
    ("user not found", Kind::NotFound),
    ("member not found", Kind::NotFound),
    ("participant_id_invalid", Kind::NotFound),
    ("user_not_participant", Kind::NotFound),
    ("user_id_invalid", Kind::NotFound),
    ("hide_requester_missing", Kind::NotFound),
    ("query is too old", Kind::NotFound),
    ("query id is invalid", Kind::NotFound),
    ("query_id_invalid", Kind::NotFound),
    ("chat not found", Kind::NotFound),
    ("peer_id_invalid", Kind::NotFound),
    // Rights.
    ("not enough rights", Kind::MissingRight),
    ("have no rights", Kind::MissingRight),
    ("need administrator rights", Kind::MissingRight),
    ("chat_admin_required", Kind::MissingRight),
    ("chat_write_forbidden", Kind::MissingRight),
    ("chat_send_", Kind::MissingRight),
    ("chat_restricted", Kind::MissingRight),
    ("user is an administrator", Kind::MissingRight),
    ("user_admin_invalid", Kind::MissingRight),
    ("can't remove chat owner", Kind::MissingRight),
    ("can't restrict self", Kind::MissingRight),
    ("available only for supergroups", Kind::MissingRight),
    ("supergroup and channel chats only", Kind::MissingRight),
    ("chat is not a forum", Kind::MissingRight),
    ("topic_closed", Kind::MissingRight),
    ("right_forbidden", Kind::MissingRight),
    // The content.
    ("message is too long", Kind::BadContent),
    ("caption is too long", Kind::BadContent),
    ("message text is empty", Kind::BadContent),
    ("text must be non-empty", Kind::BadContent),
    ("can't parse", Kind::BadContent),
    ("entity", Kind::BadContent),
    ("entities", Kind::BadContent),
    ("button", Kind::BadContent),
    ("reply_markup", Kind::BadContent),
    ("inline keyboard", Kind::BadContent),
    ("file is too big", Kind::BadContent),
    ("media_", Kind::BadContent),
    ("there is no text in the message", Kind::BadContent),
    ("there is no caption in the message", Kind::BadContent),
    ("topic_title", Kind::BadContent),
    ("invalid topic name", Kind::BadContent),
    ("request entity too large", Kind::BadContent),
];

/// What a refusal of `action` means. `direct` when it went to a private chat.
pub(crate) fn kind(words: &str, action: &Action, direct: bool) -> Kind {
    let words = words.to_lowercase();
    let kind = WORDS.iter().find(|(part, _)| words.contains(part)).map_or(Kind::Other, |(_, kind)| *kind);
    match (kind, action) {
        // Who never wrote to the bot is no chat to Telegram.
        (Kind::NotFound, _)
            if direct && ["chat not found", "peer_id_invalid"].iter().any(|part| words.contains(part)) =>
        {
            Kind::NotStarted
        }
        // What is to be gone is gone.
        (Kind::NotFound, Action::Delete { .. }) if words.contains("message") => Kind::AlreadySo,
        (Kind::NotFound, Action::Unpin { .. }) if words.contains("unpin") => Kind::AlreadySo,
        (kind, _) => kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bot_core::chat::Content;

    #[test]
    fn the_bot_apis_own_words_are_understood() {
        let send = Action::Send(Content::default());
        for (words, expected) in [
            ("Forbidden: bot was blocked by the user", Kind::Blocked),
            ("Forbidden: user is deactivated", Kind::Deactivated),
            ("Forbidden: bot can't initiate conversation with a user", Kind::NotStarted),
            ("Forbidden: bot was kicked from the supergroup chat", Kind::Kicked),
            ("Forbidden: bot was kicked from the group chat", Kind::Kicked),
            ("Forbidden: bot is not a member of the supergroup chat", Kind::Kicked),
            ("Forbidden: the group chat was deleted", Kind::Kicked),
            (
                "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
                Kind::AlreadySo,
            ),
            ("Bad Request: TOPIC_NOT_MODIFIED", Kind::AlreadySo),
            ("Bad Request: message thread not found", Kind::NotFound),
            ("Bad Request: TOPIC_DELETED", Kind::NotFound),
            ("Bad Request: TOPIC_ID_INVALID", Kind::NotFound),
            ("Bad Request: message to edit not found", Kind::NotFound),
            ("Bad Request: message to be replied not found", Kind::NotFound),
            ("Bad Request: message to pin not found", Kind::NotFound),
            ("Bad Request: user not found", Kind::NotFound),
            ("Bad Request: PARTICIPANT_ID_INVALID", Kind::NotFound),
            (
                "Bad Request: query is too old and response timeout expired or query ID is invalid",
                Kind::NotFound,
            ),
            ("Bad Request: not enough rights to restrict/unrestrict chat member", Kind::MissingRight),
            ("Bad Request: not enough rights to send text messages to the chat", Kind::MissingRight),
            ("Bad Request: not enough rights to manage pinned messages in the chat", Kind::MissingRight),
            ("Bad Request: need administrator rights in the channel chat", Kind::MissingRight),
            ("Bad Request: CHAT_ADMIN_REQUIRED", Kind::MissingRight),
            ("Bad Request: user is an administrator of the chat", Kind::MissingRight),
            ("Bad Request: can't remove chat owner", Kind::MissingRight),
            ("Bad Request: method is available only for supergroups", Kind::MissingRight),
            ("Bad Request: the chat is not a forum", Kind::MissingRight),
            ("Bad Request: message is too long", Kind::BadContent),
            ("Bad Request: message caption is too long", Kind::BadContent),
            ("Bad Request: message text is empty", Kind::BadContent),
            ("Bad Request: BUTTON_DATA_INVALID", Kind::BadContent),
            ("Bad Request: wrong file identifier/HTTP URL specified", Kind::FileGone),
            ("Bad Request: FILE_REFERENCE_EXPIRED", Kind::FileGone),
            ("Bad Request: file is too big", Kind::BadContent),
            ("Bad Request: ENTITY_BOUNDS_INVALID", Kind::BadContent),
            ("Bad Request: something that nobody has met", Kind::Other),
        ] {
            assert_eq!(kind(words, &send, false), expected, "{words}");
        }
    }

    #[test]
    fn the_same_words_mean_other_things_for_other_calls() {
        let send = Action::Send(Content::default());
        let delete = Action::Delete { messages: Vec::new() };
        let gone = "Bad Request: message to delete not found";
        assert_eq!(kind(gone, &delete, false), Kind::AlreadySo);
        assert_eq!(kind("Bad Request: chat not found", &delete, false), Kind::NotFound);
        assert_eq!(kind("Bad Request: chat not found", &send, true), Kind::NotStarted);
        assert_eq!(kind("Bad Request: chat not found", &send, false), Kind::NotFound);
    }
}
