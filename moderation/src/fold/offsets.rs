//! Where each place of a view lies in the original, kept as runs so that plain text needs hardly any.

use std::ops::Range;

/// A map from view bytes to original bytes. Without runs, every byte is where it was.
#[derive(Debug, Clone, Default)]
pub(super) struct Offsets {
    runs: Vec<Run>,
    /// Where the original continues after the last recorded character.
    original_end: usize,
}

/// A stretch of the view and where it comes from.
#[derive(Debug, Clone, Copy)]
struct Run {
    view_at: usize,
    original_at: usize,
    /// The bytes of the one original character that this run was read from, or 0 when the run advances byte for
    /// byte with the original.
    whole_utf8_len: usize,
}

impl Offsets {
    pub(super) fn identity() -> Self {
        Self::default()
    }

    /// Notes that the character of `original_len` bytes at `original_at` was read as `read`, which lies at `view_at`.
    ///
    /// Called for each character in order, from the first that changes on; what lies before is where it was.
    pub(super) fn record(&mut self, view_at: usize, read: &str, original_at: usize, original_len: usize) {
        if read.is_empty() {
            return;
        }
        // ⒑ is read as `10.`, which is as long and yet has places inside that the original has not.
        let one_for_one = read.len() == original_len && read.chars().nth(1).is_none();
        let whole_utf8_len = if one_for_one { 0 } else { original_len };
        let follows = match self.runs.last() {
            Some(run) => run.whole_utf8_len == 0 && original_at == self.original_end,
            None => view_at == original_at,
        };
        if !(follows && whole_utf8_len == 0) {
            self.runs.push(Run { view_at, original_at, whole_utf8_len });
        }
        self.original_end = original_at + original_len;
    }

    pub(super) fn original(&self, view: Range<usize>) -> Range<usize> {
        if view.is_empty() {
            let at = self.start(view.start);
            return at..at;
        }
        self.start(view.start)..self.end(view.end)
    }

    fn start(&self, view_at: usize) -> usize {
        match self.run(view_at) {
            Some(run) if run.whole_utf8_len > 0 => run.original_at,
            Some(run) => run.original_at + (view_at - run.view_at),
            None => view_at,
        }
    }

    /// The end of the character that ends at `view_end` in the view; `view_end` is not 0.
    fn end(&self, view_end: usize) -> usize {
        match self.run(view_end - 1) {
            Some(run) if run.whole_utf8_len > 0 => run.original_at + run.whole_utf8_len,
            Some(run) => run.original_at + (view_end - run.view_at),
            None => view_end,
        }
    }

    fn run(&self, view_at: usize) -> Option<&Run> {
        let after = self.runs.partition_point(|run| run.view_at <= view_at);
        self.runs[..after].last()
    }
}
