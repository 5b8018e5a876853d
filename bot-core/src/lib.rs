//! The core of Guildhall: vocabulary, store, intake, features, courier and clockwork.

pub mod chat;
pub mod clock;
pub mod clockwork;
pub mod courier;
pub mod digest;
pub mod directory;
pub mod error;
pub mod feature;
pub mod features;
pub mod files;
pub mod hall;
pub mod ids;
pub mod intake;
pub mod node;
pub mod outward;
pub mod roster;
pub mod secret;
pub mod shelf;
pub mod stepper;
pub mod store;
pub mod texts;
mod trouble;
pub mod work;
