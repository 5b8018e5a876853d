//! The rights of a bot in a group, and which of them each feature needs.

use bot_core::chat::{Feature, Right};

/// All rights that a bot can have in a group.
pub(crate) const ALL_RIGHTS: [Right; 9] = [
    Right::Write,
    Right::DeleteMessages,
    Right::RestrictMembers,
    Right::PinMessages,
    Right::ManageThreads,
    Right::InviteMembers,
    Right::ManageChat,
    Right::ManageNicks,
    Right::ManageBadges,
];

/// The right that a feature needs in a group.
pub(crate) fn right_for(feature: Feature) -> Option<Right> {
    match feature {
        Feature::Text | Feature::Attachments | Feature::Buttons | Feature::Forms => Some(Right::Write),
        Feature::DeleteOthers => Some(Right::DeleteMessages),
        Feature::Pin => Some(Right::PinMessages),
        Feature::Mute | Feature::Kick | Feature::Ban | Feature::BanPurge | Feature::Lock => {
            Some(Right::RestrictMembers)
        }
        Feature::SlowMode => Some(Right::ManageChat),
        Feature::Nick => Some(Right::ManageNicks),
        Feature::Badge => Some(Right::ManageBadges),
        Feature::JoinRequests => Some(Right::InviteMembers),
        Feature::Threads => Some(Right::ManageThreads),
        _ => None,
    }
}
