//! The words of a policy by the two symbols that they begin with, in sound and in shape, and by what little tells them.

use std::ops::Range;

use super::alike::Alike;
use super::lexicon::SPOKEN;
use super::multi::Multi;
use super::ordinary::{level, rarity};
use super::tokens::of_word;
use crate::fold::script::is_han;

const HAN: Range<u32> = 0x3400..0xA000;
/// How many bits of a key are the second character.
const SECOND_BITS: u32 = 21;
/// Symbols from here on are characters, not syllables.
const CHARS_FROM: u32 = 1 << 12;

/// A word that unsure views look for.
#[derive(Debug)]
struct Word {
    /// Where its characters begin among those of all words.
    at: u32,
    len: u8,
    /// How surprising its own steps are.
    inner: i16,
    /// Which of the detector's words this is.
    id: u32,
}

/// What the unsure views look for.
#[derive(Debug, Default)]
pub(crate) struct Index {
    words: Vec<Word>,
    chars: Vec<char>,
    /// By the first two characters.
    pub(super) heads: Multi,
    /// For each Han character where the keys of `heads` that begin with it begin, and at last where they end.
    begun: Vec<u32>,
    /// By the last two characters, of three or more.
    pub(super) tails: Multi,
    /// By the first and the third of three characters.
    pub(super) skips: Multi,
    /// By the first two sounds.
    pub(super) sounds: Multi,
    /// By the first letters of their syllables.
    pub(super) initials: Multi,
    /// By their two rarest characters.
    pub(super) pairs: Multi,
    /// Of words of two characters, by the first and by the last.
    pub(super) firsts: Multi,
    pub(super) lasts: Multi,
    /// The characters that others may stand for.
    pub(super) alike: Alike,
    /// Whether any word has characters that are not Han, too.
    pub(super) has_others: bool,
    /// How much more surprising a place must be because the words are many.
    pub(super) crowd: i32,
}

/// The lists of an index on their way.
#[derive(Default)]
struct Lists {
    heads: Vec<(u64, u32)>,
    tails: Vec<(u64, u32)>,
    skips: Vec<(u64, u32)>,
    sounds: Vec<(u64, u32)>,
    initials: Vec<(u64, u32)>,
    pairs: Vec<(u64, u32)>,
    firsts: Vec<(u64, u32)>,
    lasts: Vec<(u64, u32)>,
}

impl Index {
    /// `words` are those that unsure views may find, each with its number.
    pub(crate) fn build(words: Vec<(usize, &str)>) -> Self {
        let (mut index, mut lists) = (Self::default(), Lists::default());
        let mut short = 0_usize;
        for (id, text) in words {
            let Some(chars) = of_word(text) else { continue };
            short += usize::from(chars.len() == 2);
            index.has_others |= !chars.iter().all(|c| is_han(*c));
            lists.add(index.words.len() as u32, &chars);
            let inner = chars.windows(2).map(|pair| i16::from(level(pair[0], pair[1]))).sum();
            let (at, len) = (index.chars.len() as u32, chars.len() as u8);
            index.words.push(Word { at, len, inner, id: id as u32 });
            index.chars.extend(chars);
        }
        index.heads = Multi::build(lists.heads);
        index.begun = begun(index.heads.keys());
        index.tails = Multi::build(lists.tails);
        index.skips = Multi::build(lists.skips);
        index.sounds = Multi::build(lists.sounds);
        index.initials = Multi::build(lists.initials);
        index.pairs = Multi::build(lists.pairs);
        index.firsts = Multi::build(lists.firsts);
        index.lasts = Multi::build(lists.lasts);
        let mut vocabulary = index.chars.clone();
        vocabulary.sort_unstable();
        vocabulary.dedup();
        index.alike = Alike::build(vocabulary.into_iter());
        // Of a thousand words of two characters one place in so many sounds like one by chance; of ten thousand, ten
        // times as many.
        index.crowd = (6.0 * (short.max(1_000) as f64 / 1_000.0).log10()) as i32;
        index
    }

    /// Whether there is nothing to look for.
    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Which keys of `heads` begin with `first`.
    pub(super) fn begun_by(&self, first: char) -> Range<usize> {
        let place = u32::from(first).wrapping_sub(HAN.start) as usize;
        match (self.begun.get(place), self.begun.get(place.wrapping_add(1))) {
            (Some(from), Some(to)) => *from as usize..*to as usize,
            _ => {
                let keys = self.heads.keys();
                let at = |code: u32| keys.partition_point(|key| key >> SECOND_BITS < u64::from(code));
                at(u32::from(first))..at(u32::from(first) + 1)
            }
        }
    }

    /// The characters of a word.
    pub(super) fn chars(&self, word: u32) -> &[char] {
        let Word { at, len, .. } = self.words[word as usize];
        &self.chars[at as usize..at as usize + usize::from(len)]
    }

    /// How surprising a word's own steps are.
    pub(super) fn inner(&self, word: u32) -> i32 {
        i32::from(self.words[word as usize].inner)
    }

    /// Which of the detector's words this is.
    pub(super) fn id(&self, word: u32) -> usize {
        self.words[word as usize].id as usize
    }
}

impl Lists {
    fn add(&mut self, word: u32, chars: &[char]) {
        let last = chars.len() - 1;
        self.heads.push((pair_key(chars[0], chars[1]), word));
        if last == 1 {
            self.firsts.push((u64::from(u32::from(chars[0])), word));
            self.lasts.push((u64::from(u32::from(chars[1])), word));
        }
        if last >= 2 {
            self.tails.push((pair_key(chars[last - 1], chars[last]), word));
        }
        if last == 2 {
            self.skips.push((pair_key(chars[0], chars[2]), word));
        }
        for first in symbols(chars[0]) {
            self.sounds.extend(symbols(chars[1]).map(|second| (sound_key(first, second), word)));
        }
        self.initials.push((initials_key(chars.iter().map(|c| initial(*c))), word));
        let (a, b) = rarest(chars);
        self.pairs.push((pair_key(a.min(b), a.max(b)), word));
    }
}

/// The symbols that a character can be heard as.
pub(super) fn symbols(c: char) -> impl Iterator<Item = u32> {
    let syllables = SPOKEN.of(c);
    let itself = syllables.is_empty().then_some(CHARS_FROM + u32::from(c));
    syllables.iter().map(|syllable| u32::from(*syllable)).chain(itself)
}

/// The first letter of the character's syllable, or the character.
fn initial(c: char) -> char {
    SPOKEN.of(c).first().map_or(c, |syllable| SPOKEN.initial(*syllable))
}

pub(super) fn initials_key(letters: impl Iterator<Item = char>) -> u64 {
    letters
        .fold(1, |key: u64, c| (key ^ u64::from(u32::from(c))).wrapping_mul(0x0100_0000_01B3).rotate_left(23))
}

/// The two characters of a word that ordinary text has least.
fn rarest(chars: &[char]) -> (char, char) {
    let mut places: Vec<usize> = (0..chars.len()).collect();
    places.sort_by_key(|place| std::cmp::Reverse(rarity(chars[*place])));
    (chars[places[0]], chars[places[1]])
}

/// The key of one character and another.
pub(super) fn pair_key(a: char, b: char) -> u64 {
    u64::from(u32::from(a)) << SECOND_BITS | u64::from(u32::from(b))
}

/// The second character of a key.
pub(super) fn second_of(key: u64) -> u32 {
    key as u32 & ((1 << SECOND_BITS) - 1)
}

/// Where among `keys`, which are in order, those of each Han character begin.
fn begun(keys: &[u64]) -> Vec<u32> {
    let mut at = 0;
    let place = |code: u32| {
        while keys.get(at).is_some_and(|key| key >> SECOND_BITS < u64::from(code)) {
            at += 1;
        }
        at as u32
    };
    (HAN.start..=HAN.end).map(place).collect()
}

/// The key of one sound and another.
pub(super) fn sound_key(a: u32, b: u32) -> u64 {
    u64::from(a) << 32 | u64::from(b)
}
