//! The n-grams of a text, hashed.

use std::cell::RefCell;
use std::ops::Range;

/// How many weights there are; grams that share one share its weight.
pub(super) const BUCKETS: usize = 1 << 16;
/// No more of a text is looked at, in characters.
const CHARS_MAX: usize = 2_000;
const LONGEST: usize = 4;
const SEED: u64 = 0xCBF2_9CE4_8422_2325;

/// One n-gram and where it stands in the text.
#[derive(Debug, Clone)]
pub(super) struct Gram {
    pub(super) bucket: usize,
    pub(super) at: Range<usize>,
}

/// Which grams of a text were met already; reused from text to text.
struct Seen {
    bits: Vec<u64>,
    met: Vec<u32>,
}

thread_local! {
    static SEEN: RefCell<Seen> =
        RefCell::new(Seen { bits: vec![0; BUCKETS / 64], met: Vec::new() });
}

/// The different n-grams of a text: 1 to 4 characters of Han, 2 to 4 of others; digits are all alike.
pub(super) fn of(text: &str) -> Vec<Gram> {
    let mut grams = Vec::new();
    each(text, |bucket, at| grams.push(Gram { bucket, at }));
    grams
}

/// Tells the different n-grams of a text, in the order of their ends. Allocates nothing once it is warm.
pub(super) fn each(text: &str, mut tell: impl FnMut(usize, Range<usize>)) {
    SEEN.with_borrow_mut(|seen| {
        // The hashes of the grams that may go on, and where they began; the longest first.
        let mut open = [(SEED, 0); LONGEST];
        for (nth, (at, c)) in text.char_indices().take(CHARS_MAX).enumerate() {
            let (end, c) = (at + c.len_utf8(), plain(c));
            open.rotate_left(1);
            open[LONGEST - 1] = (SEED, at);
            for (length, (hash, start)) in open.iter_mut().rev().enumerate().take(nth + 1) {
                *hash = (*hash ^ u64::from(u32::from(c))).wrapping_mul(0x100_0000_01B3);
                if length == 0 && c.is_ascii() {
                    continue;
                }
                let bucket = ((*hash ^ (*hash >> 29)) % BUCKETS as u64) as usize;
                if seen.bits[bucket / 64] >> (bucket % 64) & 1 == 0 {
                    seen.bits[bucket / 64] |= 1 << (bucket % 64);
                    seen.met.push(bucket as u32);
                    tell(bucket, *start..end);
                }
            }
        }
        for bucket in seen.met.drain(..) {
            seen.bits[bucket as usize / 64] = 0;
        }
    });
}

fn plain(c: char) -> char {
    match c {
        '0'..='9' => '0',
        ' '..='~' => c.to_ascii_lowercase(),
        '\u{4E00}'..='\u{9FFF}' => c,
        '\u{FF01}'..='\u{FF5E}' => plain(char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c)),
        c if c.is_numeric() => '0',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

/// Long texts do not count for more.
#[expect(clippy::cast_precision_loss, reason = "a text has at most 8,000 n-grams")]
pub(super) fn scale(grams: usize) -> f32 {
    1.0 / (grams.max(1) as f32).sqrt()
}
