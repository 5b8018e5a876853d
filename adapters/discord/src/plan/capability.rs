//! What Discord can do in a chat, with the rights that the bot has there.

use std::collections::BTreeMap;

use bot_core::chat::{Capabilities, Feature, Limits, Right, Support};

use crate::api::FILE_MAX;
use crate::write::components::{FIELDS_MAX, ROWS_MAX};
use crate::write::text::CARD_MAX;

/// Most files of a message.
pub(super) const FILES_MAX: usize = 10;
/// The longest nick, characters.
pub(super) const NICK_MAX: usize = 32;
/// The longest name of a role, characters.
pub(super) const BADGE_MAX: usize = 100;
/// The longest time-out of a member, milliseconds.
pub(super) const MUTE_MAX_MS: i64 = 28 * 86_400_000;

/// How far back a ban deletes what the person wrote, milliseconds.
const PURGE_MAX_MS: i64 = 7 * 86_400_000;

/// Where something is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// One person and the bot.
    Direct,
    /// A channel of a server.
    Channel,
}

/// What can be done in a chat of this sort in which the bot has these rights; `None` when nobody has said.
pub(crate) fn capabilities(sort: Sort, rights: Option<&[Right]>) -> Capabilities {
    let mut features = BTreeMap::new();
    for feature in NATIVE {
        if sort == Sort::Direct && of_servers(feature) {
            continue;
        }
        // What nobody has said yet is taken as given: Discord refuses in words what it is not.
        let lacks = |right: &Right| rights.is_some_and(|held| !held.contains(right));
        let missing = right_for(feature).filter(|right| sort == Sort::Channel && lacks(right));
        let support =
            missing.map_or_else(|| Support::Native(limits(feature)), |missing| Support::Denied { missing });
        features.insert(feature, support);
    }
    Capabilities(features)
}

/// What Discord does by itself. A bot may write to somebody first who shares a server with it; but bots that did so to a
/// few dozen people in a row were quarantined, so here nobody is written to who did not open the private chat.
const NATIVE: [Feature; 22] = [
    Feature::Text,
    Feature::Marks,
    Feature::Attachments,
    Feature::Buttons,
    Feature::Forms,
    Feature::Edit,
    Feature::DeleteOwn,
    Feature::DeleteOthers,
    Feature::Pin,
    Feature::Mute,
    Feature::Kick,
    Feature::Ban,
    Feature::BanPurge,
    Feature::Lock,
    Feature::SlowMode,
    Feature::Nick,
    Feature::Badge,
    Feature::Threads,
    Feature::Reply,
    Feature::Fetch,
    Feature::MentionAll,
    Feature::SendNonce,
];

fn of_servers(feature: Feature) -> bool {
    use Feature as F;
    matches!(
        feature,
        F::Mute
            | F::Kick
            | F::Ban
            | F::BanPurge
            | F::Lock
            | F::SlowMode
            | F::Nick
            | F::Badge
            | F::Threads
            | F::MentionAll
            | F::DeleteOthers
    )
}

fn limits(feature: Feature) -> Limits {
    let none = Limits::default();
    match feature {
        Feature::Text => Limits { text_utf16: Some(CARD_MAX), caption_utf16: Some(CARD_MAX), ..none },
        Feature::Attachments => Limits {
            count: Some(FILES_MAX),
            size_bytes: Some(FILE_MAX),
            caption_utf16: Some(CARD_MAX),
            ..none
        },
        Feature::Buttons => Limits { count: Some(ROWS_MAX), ..none },
        Feature::Forms => Limits { count: Some(FIELDS_MAX), on_press: true, ..none },
        Feature::BanPurge => Limits { duration_ms: Some(PURGE_MAX_MS), ..none },
        Feature::Mute => Limits { duration_ms: Some(MUTE_MAX_MS), ..none },
        Feature::Nick => Limits { text_utf16: Some(NICK_MAX), ..none },
        Feature::Badge => Limits { text_utf16: Some(BADGE_MAX), ..none },
        _ => none,
    }
}

/// The right that a feature needs in a server.
fn right_for(feature: Feature) -> Option<Right> {
    match feature {
        Feature::Text | Feature::Attachments | Feature::Buttons => Some(Right::Write),
        Feature::DeleteOthers => Some(Right::DeleteMessages),
        Feature::Pin => Some(Right::PinMessages),
        Feature::Mute | Feature::Kick | Feature::Ban | Feature::BanPurge => Some(Right::RestrictMembers),
        Feature::Lock | Feature::SlowMode => Some(Right::ManageChat),
        Feature::Nick => Some(Right::ManageNicks),
        Feature::Badge => Some(Right::ManageBadges),
        Feature::Threads => Some(Right::ManageThreads),
        _ => None,
    }
}
