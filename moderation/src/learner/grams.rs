//! The signs of a text that the learner weighs: single words and characters, and what follows on what, hashed.
//!
//! The text is read as the sure views read it (case, width, invisible characters, look-alikes and traditional characters
//! do not count), so that a disguise does not hide it. A token is one Han character, one Latin word, one number by its
//! length, an id, an address, or a mark that says something.

use std::cell::RefCell;
use std::ops::Range;

use crate::fold::reading::{Unit, read};
use crate::fold::script::is_han;

/// How many weights there are; grams that share one share its weight.
pub(super) const BUCKETS: usize = 1 << 18;
/// No more of a text is looked at, in bytes.
const TEXT_UTF8_MAX: usize = 6_000;
/// So much of what stands between two characters that count is looked at, in bytes.
const BETWEEN_UTF8_MAX: usize = 32;
/// Han characters in a row that are looked at together.
const LONGEST: usize = 3;
/// The beginning by which words of one stem are alike, in letters.
const STEM: usize = 5;
const SEED: u64 = 0xCBF2_9CE4_8422_2325;

/// One n-gram and where it stands in the text.
#[derive(Debug, Clone)]
pub(super) struct Gram {
    pub(super) bucket: usize,
    pub(super) at: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Han,
    Word,
    /// A number, an id, an address, a mark.
    Shape,
}

#[derive(Debug, Clone, Copy)]
struct Token {
    hash: u64,
    kind: Kind,
    start: u32,
    end: u32,
}

/// What is reused from text to text.
struct Scratch {
    units: Vec<Unit>,
    tokens: Vec<Token>,
    /// Which grams were met already.
    bits: Vec<u64>,
    met: Vec<u32>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::new(Scratch {
        units: Vec::new(),
        tokens: Vec::new(),
        bits: vec![0; BUCKETS / 64],
        met: Vec::new(),
    });
}

/// The different grams of a text.
pub(super) fn of(text: &str) -> Vec<Gram> {
    let mut grams = Vec::new();
    each(text, |bucket, at| grams.push(Gram { bucket, at }));
    grams
}

/// Tells the different grams of a text, in the order of their ends. Allocates nothing once it is warm.
pub(super) fn each(text: &str, mut tell: impl FnMut(usize, Range<usize>)) {
    let text = &text[..text.floor_char_boundary(TEXT_UTF8_MAX)];
    SCRATCH.with_borrow_mut(|Scratch { units, tokens, bits, met }| {
        tokens.clear();
        read(text, units, |_, _| {});
        tokenize(text, units, tokens);
        let mut gram = |hash: u64, start: u32, end: u32| {
            let bucket = ((hash ^ (hash >> 29)) % BUCKETS as u64) as usize;
            if bits[bucket / 64] >> (bucket % 64) & 1 == 0 {
                bits[bucket / 64] |= 1 << (bucket % 64);
                met.push(bucket as u32);
                tell(bucket, start as usize..end as usize);
            }
        };
        for (last, token) in tokens.iter().enumerate() {
            let mut hash = SEED;
            for (length, before) in tokens[..=last].iter().rev().take(LONGEST).enumerate() {
                if length == LONGEST - 1 && (before.kind != Kind::Han || token.kind != Kind::Han) {
                    break;
                }
                hash = mix(hash, before.hash);
                gram(hash, before.start, token.end);
            }
            // Two words with any one between.
            let first = last.checked_sub(2).map(|at| tokens[at]).filter(|first| first.kind == Kind::Word);
            if let (Kind::Word, Some(first)) = (token.kind, first) {
                gram(mix(mix(SEED ^ 1, first.hash), token.hash), first.start, token.end);
            }
            let word = &text[token.start as usize..token.end as usize];
            if token.kind == Kind::Word && word.len() > STEM && word.is_ascii() {
                let stem = word.bytes().take(STEM).map(|byte| u64::from(byte.to_ascii_lowercase()));
                gram(stem.fold(SEED ^ 2, mix), token.start, token.end);
            }
        }
        for bucket in met.drain(..) {
            bits[bucket as usize / 64] = 0;
        }
    });
}

fn mix(hash: u64, more: u64) -> u64 {
    (hash ^ more ^ (more >> 32)).wrapping_mul(0x100_0000_01B3).rotate_left(23)
}

fn tokenize(text: &str, units: &[Unit], tokens: &mut Vec<Token>) {
    let mut at = 0;
    let mut end = 0;
    while let Some(unit) = units.get(at) {
        between(text, end, unit.at, tokens);
        let original = text[unit.at as usize..].chars().next().unwrap_or(unit.c);
        if !unit.c.is_ascii_alphanumeric() || is_han(original) {
            // A numeral written in Han says more than that it is one.
            let c = if is_han(original) && unit.c.is_ascii() { original } else { unit.c };
            let kind = if is_han(c) { Kind::Han } else { Kind::Word };
            tokens.push(Token {
                hash: mix(SEED, u64::from(u32::from(c))),
                kind,
                start: unit.at,
                end: unit.end,
            });
            end = unit.end;
            at += 1;
            continue;
        }
        let run = units[at + 1..]
            .iter()
            .take_while(|next| {
                let han = next.c.is_ascii_digit() && text[next.at as usize..].starts_with(is_han);
                next.gap == 0 && next.c.is_ascii_alphanumeric() && !han
            })
            .count();
        let run = &units[at..=at + run];
        tokens.push(latin(run));
        end = run[run.len() - 1].end;
        at += run.len();
    }
    between(text, end, u32::try_from(text.len()).unwrap_or(u32::MAX), tokens);
}

/// A word, a number or an id.
fn latin(run: &[Unit]) -> Token {
    let digits = run.iter().filter(|unit| unit.c.is_ascii_digit()).count();
    let letters = run.len() - digits;
    let (start, end) = (run[0].at, run[run.len() - 1].end);
    let shape = |name: u64| Token { hash: mix(SEED ^ 3, name), kind: Kind::Shape, start, end };
    let spelled = |unit: &Unit| match unit.c {
        '0' if letters > 0 => 'o',
        '1' if letters > 0 => 'i',
        '3' if letters > 0 => 'e',
        '4' if letters > 0 => 'a',
        '5' if letters > 0 => 's',
        '7' if letters > 0 => 't',
        c => c.to_ascii_lowercase(),
    };
    match (letters, digits) {
        (0, 1..=4) => shape(digits as u64),
        (0, 5..=7) => shape(5),
        (0, 8..=10) => shape(6),
        (0, 11) => shape(7),
        (0, _) => shape(8),
        // `50k`, `3d`
        (1..=2, _) if run[0].c.is_ascii_digit() => {
            let unit = run.iter().filter(|unit| unit.c.is_ascii_alphabetic());
            shape(unit.fold(9, |hash, unit| mix(hash, u64::from(u32::from(unit.c.to_ascii_lowercase())))))
        }
        (_, 3..) => shape(10),
        (letters, digits) if digits > 0 && letters < 2 * digits => shape(11),
        _ => {
            let hash = run.iter().fold(SEED, |hash, unit| mix(hash, u64::from(u32::from(spelled(unit)))));
            Token { hash, kind: Kind::Word, start, end }
        }
    }
}

/// The marks between two characters that count, each sort of them once.
fn between(text: &str, start: u32, end: u32, tokens: &mut Vec<Token>) {
    if start >= end {
        return;
    }
    let all = &text[start as usize..end as usize];
    let gap = &all[..all.floor_char_boundary(BETWEEN_UTF8_MAX)];
    let next = text[end as usize..].chars().next();
    let mut last = 0;
    for (at, c) in gap.char_indices() {
        let name = match c {
            '?' | '？' => 1,
            '!' | '！' => 2,
            // An address, not a sentence's end.
            '.' if gap.len() == 1 && start > 0 && next.is_some_and(|next| next.is_ascii_alphabetic()) => 3,
            '@' if next.is_some_and(char::is_alphanumeric) => 4,
            '$' | '¥' | '€' | '£' | '￥' => 5,
            '%' | '％' => 6,
            '+' | '➕' | '＋' => 7,
            ',' | '，' | '。' | ';' | '；' | '\n' | '.' | '、' | ':' | '：' => 8,
            '"' | '“' | '”' | '「' | '」' | '‘' | '’' => 9,
            '【' | '】' => 10,
            '\u{2600}'..='\u{27BF}' | '\u{1F000}'..='\u{1FAFF}' => 0x1000 + u64::from(u32::from(c)),
            _ => 0,
        };
        if name > 0 && name != last {
            let place = start + at as u32;
            let token = Token {
                hash: mix(SEED ^ 4, name),
                kind: Kind::Shape,
                start: place,
                end: place + c.len_utf8() as u32,
            };
            tokens.push(token);
            last = name;
        }
    }
}

/// Long texts count for somewhat more, and for much less than they are longer: tried on messages that were held out,
/// less than the square root does better.
const LENGTH_POWER: f32 = 0.3;

/// What the sum of so many grams is multiplied by.
#[expect(clippy::cast_precision_loss, reason = "a text has at most some ten thousand grams")]
pub(super) fn scale(grams: usize) -> f32 {
    (grams.max(1) as f32).powf(-LENGTH_POWER)
}
