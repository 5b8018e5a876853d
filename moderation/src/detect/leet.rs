//! Digits and signs that stand for letters within a Latin word: `cas1no`, `p0rn`, `ca$h`.

use crate::fold::reading::{Unit, read};

/// A run with fewer letters and digits is a size or a model, not a word.
const RUN_MIN: usize = 4;
/// Shorter words are not looked for: too many codes hold them.
pub(super) const WORD_MIN: usize = 4;

/// A message in which some digits and signs are read as letters; reused from message to message.
#[derive(Debug, Default)]
pub(super) struct Leet {
    pub(super) units: Vec<Unit>,
    /// For each unit the run that it lies in, where that is one of letters and digits: its first unit and the one after
    /// its last.
    runs: Vec<(u32, u32)>,
    /// The bytes that are read as letters.
    changed: Vec<usize>,
    rewritten: String,
}

/// The letter that a character looks like; `tall` decides what 1 is.
fn letter(byte: u8, tall: bool) -> Option<u8> {
    Some(match byte {
        b'0' => b'o',
        b'1' if tall => b'l',
        b'1' => b'i',
        b'3' => b'e',
        b'4' | b'@' => b'a',
        b'5' | b'$' => b's',
        b'7' => b't',
        b'8' => b'b',
        b'9' => b'g',
        _ => return None,
    })
}

impl Leet {
    /// What a 1 may be in `text`: each is a reading of its own.
    pub(super) fn ones(text: &str) -> &'static [bool] {
        if text.contains('1') { &[false, true] } else { &[false] }
    }

    /// Reads `text`, a 1 as `l` if `tall` and as `i` if not; false where no run mixes letters with such digits.
    pub(super) fn read(&mut self, text: &str, tall: bool) -> bool {
        let Self { units, changed, rewritten, .. } = self;
        let (bytes, mut at) = (text.as_bytes(), 0);
        changed.clear();
        while at < bytes.len() {
            let start = at;
            while at < bytes.len() && in_run(bytes, at) {
                at += 1;
            }
            let run = &bytes[start..at];
            let letters = run.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
            // `50pcs` and `iphone15` have their digits on one side; what is mapped there must be the whole word.
            if run.len() >= RUN_MIN && letters >= 2 && letters < run.len() {
                changed.extend((start..at).filter(|at| letter(bytes[*at], tall).is_some()));
            }
            at = at.max(start + 1);
        }
        if changed.is_empty() {
            return false;
        }
        rewritten.clear();
        let mut from = 0;
        for &at in changed.iter() {
            rewritten.push_str(&text[from..at]);
            rewritten.extend(letter(bytes[at], tall).map(char::from));
            from = at + 1;
        }
        rewritten.push_str(&text[from..]);
        // One byte took the place of another, so every place is where it was.
        read(rewritten, units, |_, _| {});
        for unit in units.iter_mut() {
            unit.confused |= changed.binary_search(&(unit.at as usize)).is_ok();
        }
        runs(&self.units, &mut self.runs);
        true
    }

    /// Whether a word may be read in `from..to`: some letter of it stands as a digit, and each such digit has letters on
    /// both sides or lies in a run that belongs to the word from end to end.
    pub(super) fn is_word(&self, from: usize, to: usize) -> bool {
        let solid = |at: usize| {
            let (first, end) = (self.runs[at].0 as usize, self.runs[at].1 as usize);
            let plain = |at: usize| (first..end).contains(&at) && !self.units[at].confused;
            let between = at > 0 && plain(at - 1) && plain(at + 1);
            between || (first >= from && end <= to)
        };
        let mut mapped = (from..to).filter(|at| self.units[*at].confused).peekable();
        mapped.peek().is_some() && mapped.all(solid)
    }
}

/// Letters and digits, and signs between letters.
fn in_run(bytes: &[u8], at: usize) -> bool {
    let is_letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
    match bytes[at] {
        b'@' | b'$' => at > 0 && is_letter(at - 1) && is_letter(at + 1),
        byte => byte.is_ascii_alphanumeric(),
    }
}

fn runs(units: &[Unit], runs: &mut Vec<(u32, u32)>) {
    runs.clear();
    let mut start = 0;
    while start < units.len() {
        let mut end = start + 1;
        while end < units.len()
            && units[end].gap == 0
            && units[end].c.is_ascii()
            && units[end - 1].c.is_ascii()
        {
            end += 1;
        }
        runs.resize(end, (start as u32, end as u32));
        start = end;
    }
}
