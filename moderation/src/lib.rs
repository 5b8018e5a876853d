//! The moderation engine: policy and message in, verdict out; no I/O, no clock.

pub mod duration;
pub mod fold;
