//! What QQ can do, with the rights that the account has in a group.

use std::collections::BTreeMap;

use bot_core::chat::{Capabilities, Feature, Limits, MemberRole, Right, Support};

use crate::chats::Known;
use crate::plan::{CARD_MAX, FILE_MAX, MUTE_MAX_MS, PICTURES_MAX, TEXT_MAX, TITLE_BYTES};

/// A plain member may recall its own messages for so long, milliseconds.
pub(crate) const RECALL_MS: i64 = 120_000;
/// How buttons are shown.
pub(crate) const NUMBERED: &str = "numbered choices, answered by number";
/// What that loses.
const NUMBERED_LOSS: &str = "a choice is typed instead of touched";

/// What can be done in a group of which this is known, or in a private chat (`None`).
pub(crate) fn capabilities(known: Option<&Known>) -> Capabilities {
    let mut features = BTreeMap::new();
    let own = known.map(|known| known.own);
    for feature in NATIVE {
        let in_group_only = matches!(
            feature,
            Feature::Mute
                | Feature::Kick
                | Feature::Ban
                | Feature::Lock
                | Feature::Nick
                | Feature::Badge
                | Feature::JoinRequests
                | Feature::DeleteOthers
                | Feature::Pin
                | Feature::Board
                | Feature::MentionAll
        );
        let support = match (own, right_for(feature)) {
            (None, _) if in_group_only => continue,
            (Some(Some(None)), _) => Support::Denied { missing: Right::Write },
            // What nobody has said yet is taken as given: QQ refuses what it is not.
            (Some(Some(Some(MemberRole::Member))), Some(missing)) => Support::Denied { missing },
            // Titles are the owner's to give.
            (Some(Some(Some(MemberRole::Admin))), Some(Right::ManageBadges)) => {
                Support::Denied { missing: Right::ManageBadges }
            }
            _ => Support::Native(limits(feature, own)),
        };
        features.insert(feature, support);
    }
    let emulated = Support::Emulated { via: NUMBERED.to_owned(), loss: NUMBERED_LOSS.to_owned() };
    features.insert(Feature::Buttons, emulated);
    Capabilities(features)
}

/// What QQ does by itself. Buttons are numbered, forms are asked question by question; it has no marks, edits or
/// threads.
const NATIVE: [Feature; 17] = [
    Feature::Text,
    Feature::Attachments,
    Feature::Fetch,
    Feature::DeleteOwn,
    Feature::DeleteOthers,
    Feature::Pin,
    Feature::Board,
    Feature::Mute,
    Feature::Kick,
    Feature::Ban,
    Feature::Lock,
    Feature::Nick,
    Feature::Badge,
    Feature::JoinRequests,
    Feature::DirectFirst,
    Feature::Reply,
    Feature::MentionAll,
];

fn limits(feature: Feature, own: Option<Option<Option<MemberRole>>>) -> Limits {
    let none = Limits::default();
    let is_admin = matches!(own, Some(Some(Some(MemberRole::Admin | MemberRole::Owner))));
    match feature {
        Feature::Text => Limits { text_utf16: Some(TEXT_MAX), caption_utf16: Some(TEXT_MAX), ..none },
        Feature::Attachments => Limits {
            count: Some(PICTURES_MAX),
            size_bytes: Some(FILE_MAX),
            caption_utf16: Some(TEXT_MAX),
            ..none
        },
        Feature::DeleteOwn if !is_admin => Limits { age_ms: Some(RECALL_MS), ..none },
        Feature::Mute => Limits { duration_ms: Some(MUTE_MAX_MS), ..none },
        Feature::Nick => Limits { text_utf16: Some(CARD_MAX), ..none },
        Feature::Badge => Limits { text_utf16: Some(TITLE_BYTES), ..none },
        _ => none,
    }
}

/// The right that a feature needs in a group; all of them come with being an admin.
fn right_for(feature: Feature) -> Option<Right> {
    match feature {
        Feature::DeleteOthers => Some(Right::DeleteMessages),
        Feature::Pin | Feature::Board => Some(Right::PinMessages),
        Feature::Mute | Feature::Kick | Feature::Ban | Feature::Lock | Feature::MentionAll => {
            Some(Right::RestrictMembers)
        }
        Feature::Nick => Some(Right::ManageNicks),
        Feature::Badge => Some(Right::ManageBadges),
        Feature::JoinRequests => Some(Right::InviteMembers),
        _ => None,
    }
}
