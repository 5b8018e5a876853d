//! Telegram, through its Bot API: what it says becomes our events, what we ask becomes its calls.
//!
//! [`TelegramPlatform`] is one bot account. It holds no feature and no rule, and nothing that has to survive a
//! restart. Methods and their parameters are teloxide's; what Telegram sends is read by the small types of
//! `wire`, which ask for nothing that is not used: an update is never refused for a field that nobody needs.

mod api;
mod before;
mod capability;
mod chats;
mod files;
mod give;
mod health;
mod keys;
mod perform;
mod plan;
mod platform;
mod poll;
mod read;
mod refusal;
mod settings;
mod setup;
mod tag;
#[cfg(test)]
mod tests;
mod webhook;
mod wire;
mod write;

pub use platform::TelegramPlatform;
pub use settings::{CommandList, CommandScope, Mode, PACE, PAID, Settings, is_bot_token, is_webhook_secret};

/// How long a question about a chat or member may take when something else waits for the answer.
const ASK_LIMIT: std::time::Duration = std::time::Duration::from_secs(5);
