//! What happened in a seed, line by line, in the order in which it was decided.

use std::hash::{DefaultHasher, Hasher as _};
use std::sync::{Mutex, PoisonError};

/// The lines of one seed.
#[derive(Default)]
pub struct Trace(Mutex<Vec<String>>);

impl Trace {
    pub fn line(&self, at_ms: i64, what: impl std::fmt::Display) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push(format!("{:>10} {what}", at_ms - super::START_MS));
    }

    pub fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// One number for all of them: the hasher's keys are fixed, so it is the same in each run of one build.
    pub fn hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for line in self.lines() {
            hasher.write(line.as_bytes());
            hasher.write_u8(b'\n');
        }
        hasher.finish()
    }
}
