//! What staff push and what the program is told directly: announcements, activities, names shown to merchants.

use bot_core::chat::ChatKey;
use bot_core::directory::Chat;
use bot_core::features::announcement::{self, NewAnnouncement};
use bot_core::features::segment::{Audience, To};
use bot_core::features::wording::Wording;
use bot_core::features::{activity, ticket};
use bot_core::ids::{ChatId, StaffId};
use bot_core::store::{chat, moderation};

use super::data::{Announced, Community, Held, ToWhom, Words};
use super::stage::{Stage, user};

const MINUTE_MS: i64 = 60_000;

fn in_words(error: impl std::fmt::Display) -> String {
    error.to_string()
}
