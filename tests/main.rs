//! Stories: the whole program on the sandbox, with a clock that stands still, on both databases.

#![expect(unreachable_pub, reason = "the harness is written like a library, for all stories")]
#![expect(clippy::unwrap_used, reason = "a story that cannot be told has failed")]

mod activity;
mod album;
mod announcement;
mod answer;
mod audit;
mod capability;
mod core;
mod discord;
mod file;
mod form;
mod group;
mod harness;
mod help;
mod housekeeping;
mod join_request;
mod learner;
mod lockdown;
mod moderation;
mod onebot;
mod people;
mod privacy;
mod program;
mod slow_mode;
mod telegram;
mod ticket;
mod tier;
mod webhook;
