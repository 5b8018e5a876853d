//! Discord, through its gateway and REST API: what it says becomes our events, what we ask becomes its calls.
//!
//! [`DiscordPlatform`] is one bot account. It holds no feature and no rule, and nothing that has to survive a restart.
//! Requests, permissions and intents are serenity's; what Discord sends is read by the small types of `wire`, which ask
//! for nothing that is not used, so that no event is refused for a field that nobody needs.

mod answer;
mod api;
mod badge;
mod files;
mod forum;
mod gateway;
mod give;
mod history;
mod keys;
mod known;
mod limits;
mod own;
mod perform;
mod plan;
mod platform;
mod presses;
mod read;
mod refusal;
mod settings;
mod settle;
mod setup;
mod standing;
mod suggest;
mod wire;
mod write;

pub use platform::DiscordPlatform;
pub use settings::{Command, PACE, Said, Settings, is_bot_token};
