//! How an action will look on a platform, known before anything is sent.

use serde::{Deserialize, Serialize};

use super::{
    Action, Button, Capabilities, Content, Feature, Mark, MarkKind, MessageRef, RichText, Right, Support,
    split_rich_text, utf16_len,
};

/// The platform calls that an action becomes, and what is lost on the way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenderPlan {
    /// Calls, in order. Empty when nothing of the action can be done.
    pub calls: Vec<Call>,
    /// What the reader will not get.
    pub losses: Vec<Loss>,
}

/// One platform call: an action that the platform can do in one go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The platform's own name of the call, such as `sendMessage`.
    pub method: String,
    /// What the call does, cut to what one call can carry.
    pub action: Action,
}

/// Something that a platform cannot do as asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// What was asked for.
    pub feature: Feature,
    /// What becomes of it.
    pub kind: LossKind,
}

/// What becomes of what cannot be done as asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LossKind {
    /// Sent as several messages.
    Split {
        /// How many.
        parts: usize,
    },
    /// Done by other means.
    Emulated {
        /// By what means.
        via: String,
    },
    /// Left out, because the platform has nothing like it.
    Dropped,
    /// Left out, because the bot lacks a right.
    MissingRight {
        /// The right to be given.
        missing: Right,
    },
}

/// What is done about text that is too long where only one message will do.
const CUT: &str = "cut with an ellipsis";

impl Capabilities {
    /// Whether the platform itself can do it; if not, the loss is noted.
    pub fn allow(&self, feature: Feature, losses: &mut Vec<Loss>) -> bool {
        let kind = match self.of(feature) {
            Support::Native(_) => return true,
            Support::Denied { missing } => LossKind::MissingRight { missing: *missing },
            Support::Emulated { .. } | Support::Absent => LossKind::Dropped,
        };
        losses.push(Loss { feature, kind });
        false
    }

    /// Takes the marks that call everybody out of a text where the platform cannot or may not do that, which is noted
    /// as a loss.
    pub fn fit_mention_all(&self, text: &mut RichText, losses: &mut Vec<Loss>) {
        let everybody = |mark: &Mark| mark.kind == MarkKind::MentionAll;
        if text.marks.iter().any(everybody) && !self.allow(Feature::MentionAll, losses) {
            text.marks.retain(|mark| !everybody(mark));
        }
    }
}

/// What is done about a ban that is to delete more than the platform deletes with one.
const LESS: &str = "less: what was written as far back as the platform goes";

impl Capabilities {
    /// How much of what somebody wrote the platform deletes with their ban, milliseconds. What stays is noted as a loss.
    pub fn fit_purge(&self, purge_ms: i64, losses: &mut Vec<Loss>) -> i64 {
        if purge_ms <= 0 || !self.allow(Feature::BanPurge, losses) {
            return 0;
        }
        match self.limits(Feature::BanPurge).duration_ms {
            Some(most_ms) if purge_ms > most_ms => {
                let kind = LossKind::Emulated { via: LESS.to_owned() };
                losses.push(Loss { feature: Feature::BanPurge, kind });
                most_ms
            }
            _ => purge_ms,
        }
    }
}

/// The sends that a message in parts becomes: the first answers what the message answers, the last carries its buttons.
pub fn sends(
    mut parts: Vec<Content>,
    reply_to: Option<MessageRef>,
    buttons: Vec<Vec<Button>>,
) -> Vec<Action> {
    if let Some(first) = parts.first_mut() {
        first.reply_to = reply_to;
    }
    if let Some(last) = parts.last_mut() {
        last.buttons = buttons;
    }
    parts.into_iter().map(Action::Send).collect()
}

/// The text, cut with an ellipsis if it is longer than `max_utf16` UTF-16 code units, which is noted as a loss.
pub fn cut_rich_text(text: &RichText, max_utf16: usize, losses: &mut Vec<Loss>) -> RichText {
    if utf16_len(&text.text) <= max_utf16 {
        return text.clone();
    }
    losses.push(Loss { feature: Feature::Text, kind: LossKind::Emulated { via: CUT.to_owned() } });
    split_rich_text(text, max_utf16.saturating_sub(1)).into_iter().next().unwrap_or_default().then("…")
}
