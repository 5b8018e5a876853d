//! The sandbox: a group-chat platform inside the program, and its adapter.
//!
//! [`World`] is the platform: people talk in it through its methods, and it refuses what a real platform would
//! refuse. [`SandboxPlatform`] is the adapter, a [`bot_core::chat::Platform`] like any other. [`Profile`] says
//! what the platform can do, and [`Faults`] makes it a bad one.

mod adapter;
mod faults;
mod journal;
mod plan;
mod profile;
mod refusal;
mod right;
#[cfg(test)]
mod tests;
mod world;

pub use adapter::SandboxPlatform;
pub use faults::{Fault, Faults, Rule};
pub use journal::JournalError;
pub use profile::{DirectFirst, FormsWhen, Nonces, Profile};
pub use refusal::{Misfit, Refusal};
pub use world::{
    Author, Change, ChatSummary, ChatView, Door, FormView, MemberView, MessageView, Notice, Post, Stats,
    Tapped, ThreadState, ThreadView, Traffic, UserView, Way, World,
};
