//! What is wrong with an account, in the reader's language.

use crate::chat::{Right, TroubleKind};
use crate::text;
use crate::texts::Text;

impl TroubleKind {
    /// What it is and what to do about it, for people.
    pub fn text(&self) -> Text {
        match self {
            Self::WrongToken => Text::new("trouble-wrong-token"),
            Self::Unreachable { why } => text!("trouble-unreachable", why = why),
            Self::WebhookElsewhere { host } => text!("trouble-webhook-elsewhere", host = host),
            Self::WebhookFails { why } => text!("trouble-webhook-fails", why = why),
            Self::SecondPoller => Text::new("trouble-second-poller"),
            Self::PrivacyMode => Text::new("trouble-privacy-mode"),
            Self::BasicGroup => Text::new("trouble-basic-group"),
            Self::IntentsOff { which } => text!("trouble-intents-off", which = which),
            Self::Outage => Text::new("trouble-outage"),
            Self::WrongAccount { found } => text!("trouble-wrong-account", found = found),
            Self::SignedOut { why } => text!("trouble-signed-out", why = why),
            Self::BulkPaused { why } => text!("trouble-bulk-paused", why = why),
            Self::MissingRight { right: Right::Write } => Text::new("trouble-lacks-write"),
            Self::MissingRight { right: Right::DeleteMessages } => Text::new("trouble-lacks-delete"),
            Self::MissingRight { right: Right::RestrictMembers } => Text::new("trouble-lacks-restrict"),
            Self::MissingRight { right: Right::PinMessages } => Text::new("trouble-lacks-pin"),
            Self::MissingRight { right: Right::ManageThreads } => Text::new("trouble-lacks-threads"),
            Self::MissingRight { right: Right::InviteMembers } => Text::new("trouble-lacks-invite"),
            Self::MissingRight { right: Right::ManageChat } => Text::new("trouble-lacks-manage"),
            Self::MissingRight { right: Right::ManageNicks } => Text::new("trouble-lacks-nicks"),
            Self::MissingRight { right: Right::ManageBadges } => Text::new("trouble-lacks-badges"),
        }
    }
}
