//! How long what is kept.

use serde::{Deserialize, Serialize};

/// `[retention]`: days, 0 for as long as the house stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RetentionConfig {
    /// The words of messages in chats.
    pub messages_days: u32,
    /// The words of tickets, after they were closed.
    pub tickets_days: u32,
    /// The proof and the reasons of cases that are decided.
    pub cases_days: u32,
    /// The names in the ledgers of announcements, after they were done.
    pub deliveries_days: u32,
    /// What was sent, in the outbox.
    pub outbox_days: u32,
    /// Messages to webhooks, with what they say.
    pub webhooks_days: u32,
}

impl Default for RetentionConfig {
    fn default() -> Self {
        Self {
            messages_days: 0,
            tickets_days: 0,
            cases_days: 0,
            deliveries_days: 0,
            outbox_days: 0,
            webhooks_days: 30,
        }
    }
}

impl RetentionConfig {
    /// What is wrong with it, in one sentence.
    ///
    /// # Errors
    /// That sentence.
    pub fn check(&self) -> Result<(), String> {
        // A message to a webhook is tried for three days and a half.
        if (1..5).contains(&self.webhooks_days) {
            return Err(
                "[retention] webhooks_days is 0 or at least 5: a message is tried for more than three days"
                    .into(),
            );
        }
        // What was sent is looked at when it is edited or taken back; who answers a ticket scrolls back in its chat.
        for (name, days) in [("messages_days", self.messages_days), ("outbox_days", self.outbox_days)] {
            if (1..7).contains(&days) {
                return Err(format!(
                    "[retention] {name} is 0 or at least 7: flags and appeals of a week need what was said"
                ));
            }
        }
        Ok(())
    }
}

/// The moment before which something is too old; `None` where it is kept.
pub(crate) fn before_ms(days: u32, now_ms: i64) -> Option<i64> {
    const DAY_MS: i64 = 24 * 60 * 60 * 1000;
    (days > 0).then(|| now_ms - i64::from(days) * DAY_MS)
}
