//! The words of a policy by sound, by shape, by their letters and by what is left when one character is gone.

use super::chains::{Chains, Trie};
use super::lexicon::{SPOKEN, WRITTEN};
use super::ordinary::{level, rarity};
use super::tokens::of_word;

/// How many ways of reading one word aloud are kept.
const READINGS_MAX: usize = 8;
/// Symbols of the tree of sounds from here on are characters, not syllables.
const CHARS_FROM: u32 = 1 << 12;

/// A word that unsure views look for.
#[derive(Debug)]
pub(super) struct Word {
    pub(super) chars: Vec<char>,
    /// Which of the detector's words this is.
    pub(super) id: usize,
    /// How surprising its own steps are.
    pub(super) inner: i32,
}

/// What the unsure views look for.
#[derive(Debug, Default)]
pub(crate) struct Index {
    pub(super) words: Vec<Word>,
    pub(super) spoken: Trie,
    pub(super) written: Trie,
    /// By the first letters of their syllables.
    pub(super) initials: Chains,
    /// By their two rarest characters.
    pub(super) pairs: Chains,
    /// By length, which character is gone, and the others.
    pub(super) gapped: Chains,
    /// By node of `written` and part: the characters with that part which lead on from there.
    pub(super) alike: Chains,
    /// How much more surprising a place must be because the words are many.
    pub(super) crowd: i32,
}

impl Index {
    /// `words` are those that unsure views may find, each with its number.
    pub(crate) fn build<'a>(words: impl Iterator<Item = (usize, &'a str)>) -> Self {
        let mut index = Self::default();
        let mut short = 0_usize;
        for (id, text) in words {
            let Some(chars) = of_word(text) else { continue };
            short += usize::from(chars.len() == 2);
            index.add(id, chars);
        }
        // Of a thousand words of two characters one place in so many sounds like one by chance; of ten thousand, ten
        // times as many.
        index.crowd = (6.0 * (short.max(1_000) as f64 / 1_000.0).log10()) as i32;
        index
    }

    /// Whether there is nothing to look for.
    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    fn add(&mut self, id: usize, chars: Vec<char>) {
        let number = self.words.len() as u32;
        let mut node = Trie::ROOT;
        for &c in &chars {
            node = self.write(node, c);
        }
        self.written.end(node, number);
        for reading in readings(&chars) {
            let leaf = reading.iter().fold(Trie::ROOT, |node, symbol| self.spoken.grow(node, *symbol));
            self.spoken.end(leaf, number);
        }
        self.initials.push(initials_key(chars.iter().map(|c| initial(*c))), number);
        let (a, b) = rarest(&chars);
        self.pairs.push(pair_key(a, b), number);
        if chars.len() >= 3 {
            (0..chars.len()).for_each(|gone| self.gapped.push(gapped_key(&chars, gone), number));
        }
        let inner = chars.windows(2).map(|pair| i32::from(level(pair[0], pair[1]))).sum();
        self.words.push(Word { chars, id, inner });
    }

    /// One more character of a word in the tree of shapes.
    fn write(&mut self, node: u32, c: char) -> u32 {
        if let Some(known) = self.written.step(node, u32::from(c)) {
            return known;
        }
        let parts = if node == Trie::ROOT { WRITTEN.parts(c) } else { WRITTEN.all_parts(c) };
        parts.iter().for_each(|part| self.alike.push(alike_key(node, *part), u32::from(c)));
        self.written.grow(node, u32::from(c))
    }
}

/// The key of what leads on from a node by a character with that part.
pub(super) fn alike_key(node: u32, part: char) -> u64 {
    u64::from(node) << 21 | u64::from(u32::from(part))
}

/// The symbols of the tree of sounds that a character can be read as.
pub(super) fn symbols(c: char) -> impl Iterator<Item = u32> {
    let syllables = SPOKEN.of(c);
    let itself = syllables.is_empty().then_some(CHARS_FROM + u32::from(c));
    syllables.iter().map(|syllable| u32::from(*syllable)).chain(itself)
}

/// The ways of reading a word aloud, each character in its two commonest.
fn readings(chars: &[char]) -> Vec<Vec<u32>> {
    let mut readings = vec![Vec::with_capacity(chars.len())];
    for &c in chars {
        let ways: Vec<u32> = symbols(c).take(2).collect();
        let room = READINGS_MAX / readings.len();
        readings = readings
            .iter()
            .flat_map(|reading| {
                ways.iter().take(room.max(1)).map(|way| [reading.as_slice(), &[*way]].concat())
            })
            .collect();
    }
    readings
}

/// The first letter of the character's syllable, or the character.
fn initial(c: char) -> char {
    SPOKEN.of(c).first().map_or(c, |syllable| SPOKEN.initial(*syllable))
}

pub(super) fn initials_key(letters: impl Iterator<Item = char>) -> u64 {
    letters.fold(1, |key: u64, c| mix(key, c))
}

/// The two characters of a word that ordinary text has least.
pub(super) fn rarest(chars: &[char]) -> (char, char) {
    let mut places: Vec<usize> = (0..chars.len()).collect();
    places.sort_by_key(|place| std::cmp::Reverse(rarity(chars[*place])));
    (chars[places[0]], chars[places[1]])
}

pub(super) fn pair_key(a: char, b: char) -> u64 {
    let (a, b) = (u64::from(u32::from(a)), u64::from(u32::from(b)));
    a.min(b) << 21 | a.max(b)
}

/// The key of a word that lacks the character at `gone`.
pub(super) fn gapped_key(chars: &[char], gone: usize) -> u64 {
    let rest = chars.iter().enumerate().filter(|(i, _)| *i != gone);
    rest.fold((chars.len() << 8 | gone) as u64, |key, (_, c)| mix(key, *c))
}

fn mix(key: u64, c: char) -> u64 {
    (key ^ u64::from(u32::from(c))).wrapping_mul(0x0100_0000_01B3).rotate_left(23)
}
