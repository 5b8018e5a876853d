//! What can be done in a chat of Telegram.
//!
//! Limits are those of core.telegram.org/bots/api (Bot API 9.2) and of the clients, read 2026-11-21.

use std::collections::BTreeMap;

use bot_core::chat::{Capabilities, Feature, Limits, Right, Support};

use crate::chats::{Known, Sort};

/// The largest file that a bot may send, bytes.
pub(crate) const FILE_MAX: u64 = 50 * 1024 * 1024;
/// The largest file that a bot may fetch, bytes.
pub(crate) const FETCH_MAX: u64 = 20 * 1024 * 1024;
/// The largest file that a server of one's own takes and gives (`--local`), bytes.
const LOCAL_MAX: u64 = 2_000 * 1024 * 1024;
/// Longest text of a message, UTF-16 units.
pub(crate) const TEXT_MAX: usize = 4_096;
/// Longest caption, UTF-16 units.
pub(crate) const CAPTION_MAX: usize = 1_024;
/// Most files of an album.
pub(crate) const ALBUM_MAX: usize = 10;
/// Most rows of buttons under a message.
pub(crate) const ROWS_MAX: usize = 100;
/// Messages older than this cannot be deleted, milliseconds.
const TOUCH_MS: i64 = 48 * 60 * 60 * 1_000;
/// Longest tag of a member, characters (Bot API 9.5, `setChatMemberTag`, read 2026-11-22).
pub(crate) const TAG_MAX: usize = 16;
/// Longer restrictions than this last for ever, milliseconds.
pub(crate) const MUTE_MAX_MS: i64 = 366 * 86_400_000;

/// What can be done in a chat of this sort of which this is known.
pub(crate) fn capabilities(sort: Sort, known: &Known, local_server: bool) -> Capabilities {
    let mut features = BTreeMap::new();
    for feature in NATIVE {
        let support = match (feature, sort) {
            (feature, Sort::Direct) if IN_GROUPS.contains(&feature) => continue,
            (Feature::Mute | Feature::Threads, Sort::Basic) => continue,
            (Feature::Threads, Sort::Super) if known.is_forum == Some(false) => continue,
            (_, Sort::Direct) => Support::Native(limits(feature, local_server)),
            (feature, _) => match right_for(feature).filter(|right| lacks(known, *right)) {
                Some(missing) => Support::Denied { missing },
                None => Support::Native(limits(feature, local_server)),
            },
        };
        features.insert(feature, support);
    }
    Capabilities(features)
}

/// Whether Telegram says what people react with there: in groups to administrators alone (Bot API 9.2, `message_reaction`,
/// read 2026-11-24), who are known by a right that no plain member has.
pub(crate) fn tells_reactions(sort: Sort, known: &Known) -> bool {
    let is_admin = !lacks(known, Right::DeleteMessages) || !lacks(known, Right::RestrictMembers);
    sort == Sort::Direct || is_admin
}

/// What nobody has said yet is taken as given: Telegram refuses in words what it is not.
fn lacks(known: &Known, right: Right) -> bool {
    known.rights.as_ref().is_some_and(|held| !held.contains(&right))
}

/// What Telegram does by itself. Forms are asked question by question, mentions of everybody are not there, nobody
/// can be written to first, and no send has a key.
const NATIVE: [Feature; 17] = [
    Feature::Text,
    Feature::Marks,
    Feature::Attachments,
    Feature::Fetch,
    Feature::Buttons,
    Feature::Edit,
    Feature::DeleteOwn,
    Feature::DeleteOthers,
    Feature::Pin,
    Feature::Mute,
    Feature::Kick,
    Feature::Ban,
    Feature::Lock,
    Feature::Badge,
    Feature::JoinRequests,
    Feature::Threads,
    Feature::Reply,
];

/// What there is only where several people are.
const IN_GROUPS: [Feature; 7] = [
    Feature::Mute,
    Feature::Kick,
    Feature::Ban,
    Feature::Lock,
    Feature::Badge,
    Feature::JoinRequests,
    Feature::Threads,
];

fn limits(feature: Feature, local_server: bool) -> Limits {
    let none = Limits::default();
    match feature {
        Feature::Text => Limits { text_utf16: Some(TEXT_MAX), caption_utf16: Some(CAPTION_MAX), ..none },
        Feature::Attachments => Limits {
            count: Some(ALBUM_MAX),
            size_bytes: Some(if local_server { LOCAL_MAX } else { FILE_MAX }),
            caption_utf16: Some(CAPTION_MAX),
            ..none
        },
        Feature::Fetch => {
            Limits { size_bytes: Some(if local_server { LOCAL_MAX } else { FETCH_MAX }), ..none }
        }
        Feature::Buttons => Limits { count: Some(ROWS_MAX), ..none },
        Feature::DeleteOwn | Feature::DeleteOthers => Limits { age_ms: Some(TOUCH_MS), ..none },
        Feature::Mute => Limits { duration_ms: Some(MUTE_MAX_MS), ..none },
        Feature::Badge => Limits { text_utf16: Some(TAG_MAX), ..none },
        _ => none,
    }
}

/// The right that a feature needs in a group.
fn right_for(feature: Feature) -> Option<Right> {
    match feature {
        Feature::Text | Feature::Attachments | Feature::Buttons => Some(Right::Write),
        Feature::DeleteOthers => Some(Right::DeleteMessages),
        Feature::Pin => Some(Right::PinMessages),
        Feature::Mute | Feature::Kick | Feature::Ban | Feature::Lock => Some(Right::RestrictMembers),
        Feature::Badge => Some(Right::ManageBadges),
        Feature::JoinRequests => Some(Right::InviteMembers),
        Feature::Threads => Some(Right::ManageThreads),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reactions_are_told_in_private_and_to_administrators() {
        let with = |rights| {
            let mut known = Known::default();
            known.rights = rights;
            known
        };
        let member = with(Some(vec![Right::Write, Right::PinMessages]));
        let admin = with(Some(vec![Right::Write, Right::DeleteMessages]));
        assert!(tells_reactions(Sort::Direct, &member) && tells_reactions(Sort::Super, &admin));
        assert!(!tells_reactions(Sort::Super, &member) && !tells_reactions(Sort::Basic, &member));
        assert!(tells_reactions(Sort::Super, &with(None)), "nobody has said otherwise");
    }
}
