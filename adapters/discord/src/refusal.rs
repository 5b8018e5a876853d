//! What Discord's refusals mean, by its own codes (docs.discord.com, "Opcodes and Status Codes", read 2026-11-21).

use bot_core::chat::{Action, RejectionKind};

use RejectionKind as Kind;

/// What a refusal of `action` means.
pub(crate) fn kind(status: u16, code: u32, action: &Action) -> Kind {
    match (code, action) {
        // What is to be gone is gone.
        (10_008, Action::Delete { .. } | Action::Unpin { .. }) => Kind::AlreadySo,
        (10_026, Action::Unban { .. }) => Kind::AlreadySo,
        (10_007 | 10_013, Action::Kick { .. }) => Kind::AlreadySo,
        // Nobody has this account any more.
        (10_013, Action::Send(_)) => Kind::Deactivated,
        // Not there: account, channel, server, member, message, role, user, ban, webhook, interaction.
        (10_003, _) => Kind::NotFound,
        (10_004 | 10_007 | 10_008 | 10_011 | 10_013 | 10_015 | 10_026 | 10_062, _) => Kind::NotFound,
        // Answered before.
        (40_060 | 160_004, _) => Kind::AlreadySo,
        // The same for who blocked the bot, and for who takes no private messages from servers.
        (50_007, _) => Kind::Blocked,
        // Somebody who shares no server with the bot.
        (50_278, _) => Kind::NotStarted,
        // The bot is not in the server, or may not even see the channel.
        (50_001, _) => Kind::Kicked,
        (50_013 | 50_080 | 60_003 | 30_001, _) => Kind::MissingRight,
        // The thread is closed.
        (50_083, _) => Kind::MissingRight,
        // Nothing said, too much said, a broken form, a broken component, too large, blocked by AutoMod.
        (50_006 | 50_035 | 50_016 | 40_005 | 200_000 | 200_001 | 240_000 | 30_046 | 50_109, _) => {
            Kind::BadContent
        }
        // Of 100 messages at most none may be older than two weeks.
        (50_034, _) => Kind::BadContent,
        // The token of an interaction is old.
        (50_027, _) => Kind::NotFound,
        (_, _) if status == 404 => Kind::NotFound,
        (_, _) if status == 403 => Kind::MissingRight,
        (_, _) if status == 413 => Kind::BadContent,
        _ => Kind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bot_core::chat::Content;

    #[test]
    fn discords_own_codes_are_understood() {
        let send = Action::Send(Content::default());
        for (status, code, expected) in [
            (403, 50_007, Kind::Blocked),
            (403, 50_278, Kind::NotStarted),
            (404, 10_013, Kind::Deactivated),
            (403, 50_001, Kind::Kicked),
            (403, 50_013, Kind::MissingRight),
            (404, 10_003, Kind::NotFound),
            (404, 10_062, Kind::NotFound),
            (400, 50_006, Kind::BadContent),
            (400, 50_035, Kind::BadContent),
            (413, 40_005, Kind::BadContent),
            (400, 40_060, Kind::AlreadySo),
            (400, 50_083, Kind::MissingRight),
            (400, 99_999, Kind::Other),
            (404, 0, Kind::NotFound),
        ] {
            assert_eq!(kind(status, code, &send), expected, "{code}");
        }
    }

    #[test]
    fn the_same_code_means_another_thing_for_another_call() {
        let delete = Action::Delete { messages: Vec::new() };
        assert_eq!(kind(404, 10_008, &delete), Kind::AlreadySo);
        assert_eq!(kind(404, 10_008, &Action::Send(Content::default())), Kind::NotFound);
        assert_eq!(kind(404, 10_026, &Action::Unban { user: "1".into() }), Kind::AlreadySo);
        assert_eq!(kind(404, 10_007, &Action::Kick { user: "1".into() }), Kind::AlreadySo);
        assert_eq!(kind(404, 10_007, &Action::Mute { user: "1".into(), until_ms: None }), Kind::NotFound);
    }
}
