//! QQ, through any implementation of OneBot v11: what it says becomes our events, what we ask becomes its calls.
//!
//! [`OneBotPlatform`] is one QQ account. The implementation (NapCat, Lagrange and others) keeps the account signed
//! in; it dials us ([`reverse_router`]) or is dialled by us. The adapter holds no feature and no rule, and nothing
//! that has to survive a restart. What the implementation sends is read tolerantly (`wire`): what is not known is
//! counted and passed over, and never ends a connection.

mod ask;
mod board;
mod breaker;
mod capability;
mod catch_up;
mod chats;
mod cq;
mod download;
mod files;
mod forward;
mod health;
mod keys;
mod link;
mod perform;
mod plan;
mod platform;
mod read;
mod refusal;
mod reverse;
mod segment;
mod session;
mod settings;
mod settle;
mod socket;
#[cfg(test)]
mod tests;
mod wire;
mod write;

pub use files::Files;
pub use platform::OneBotPlatform;
pub use reverse::reverse_router;
pub use settings::{Manner, PACE, Settings};
