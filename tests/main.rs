//! Stories: the whole program on the sandbox, with a clock that stands still, on both databases.

#![expect(unreachable_pub, reason = "the harness is written like a library, for all stories")]

mod activity;
mod announcement;
mod core;
mod harness;
mod moderation;
mod ticket;
