//! The n-grams of a text, hashed.

use std::ops::Range;

/// How many weights there are; grams that share one share its weight.
pub(super) const BUCKETS: usize = 1 << 16;
/// No more of a text is looked at, in characters.
const CHARS_MAX: usize = 2_000;
const LONGEST: usize = 4;

/// One n-gram and where it stands in the text.
#[derive(Debug, Clone)]
pub(super) struct Gram {
    pub(super) bucket: usize,
    pub(super) at: Range<usize>,
}

/// The different n-grams of a text: 1 to 4 characters of Han, 2 to 4 of others; digits are all alike.
pub(super) fn of(text: &str) -> Vec<Gram> {
    let letters: Vec<(usize, char)> =
        text.char_indices().take(CHARS_MAX).map(|(at, c)| (at, plain(c))).collect();
    let mut seen = vec![0_u64; BUCKETS / 64];
    let mut grams = Vec::with_capacity(letters.len() * LONGEST);
    for from in 0..letters.len() {
        let mut hash = 0xCBF2_9CE4_8422_2325_u64;
        for (n, (_, c)) in letters[from..].iter().take(LONGEST).enumerate() {
            hash = (hash ^ u64::from(u32::from(*c))).wrapping_mul(0x100_0000_01B3);
            if n == 0 && c.is_ascii() {
                continue;
            }
            let spread = hash ^ (hash >> 29);
            let bucket = usize::try_from(spread % BUCKETS as u64).unwrap_or(0);
            if seen[bucket / 64] >> (bucket % 64) & 1 == 0 {
                seen[bucket / 64] |= 1 << (bucket % 64);
                let end = letters
                    .get(from + n + 1)
                    .map_or_else(|| end_of(text, letters[from + n].0), |(at, _)| *at);
                grams.push(Gram { bucket, at: letters[from].0..end });
            }
        }
    }
    grams
}

fn end_of(text: &str, at: usize) -> usize {
    at + text[at..].chars().next().map_or(0, char::len_utf8)
}

fn plain(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => plain(char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c)),
        c if c.is_numeric() => '0',
        c if c.is_whitespace() => ' ',
        c if c.is_ascii() => c.to_ascii_lowercase(),
        c => c,
    }
}

/// Long texts do not count for more.
#[expect(clippy::cast_precision_loss, reason = "a text has at most 8,000 n-grams")]
pub(super) fn scale(grams: usize) -> f32 {
    1.0 / (grams.max(1) as f32).sqrt()
}
