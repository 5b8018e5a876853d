//! What is known of characters: how they are read, what they are written of, what an emoji shows.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::chains::Trie;

const SOUNDS: &str = include_str!("../../../tables/sounds.txt");
const PARTS: &str = include_str!("../../../tables/parts.txt");
const EMOJI: &str = include_str!("../../../tables/emoji.txt");
const LATIN: &str = include_str!("../../../tables/latin.txt");

/// A part that more characters have than this makes none of them look alike.
const COMMON_PART: usize = 1_600;
/// A part that at most so many characters have makes them look much alike.
const RARE_PART: usize = 300;
/// How often parts are taken apart again.
const PARTS_DEPTH: usize = 4;

/// A toneless syllable.
pub(super) type Syllable = u16;

/// How characters are read.
pub(super) struct Sounds {
    names: HashMap<&'static str, Syllable>,
    first: Vec<char>,
    of: HashMap<char, Vec<Syllable>>,
}

/// How characters are read.
pub(super) static SPOKEN: LazyLock<Sounds> = LazyLock::new(|| {
    let mut sounds = Sounds { names: HashMap::new(), first: Vec::new(), of: HashMap::new() };
    for (names, chars) in SOUNDS.lines().filter_map(|line| line.split_once('\t')) {
        let syllables: Vec<_> = names.split(' ').map(|name| sounds.name(name)).collect();
        sounds.of.extend(chars.chars().map(|c| (c, syllables.clone())));
    }
    for line in EMOJI.lines() {
        let Some(c) = line.chars().next() else { continue };
        let known = line[c.len_utf8()..].split(' ').filter_map(|name| sounds.names.get(name).copied());
        let syllables = known.collect();
        sounds.of.insert(c, syllables);
    }
    sounds
});

impl Sounds {
    fn name(&mut self, name: &'static str) -> Syllable {
        let next = self.first.len() as Syllable;
        let id = *self.names.entry(name).or_insert(next);
        if id == next {
            self.first.extend(name.chars().next());
        }
        id
    }

    /// The syllables of a Han character, the commonest first, or of what an emoji shows.
    pub(super) fn of(&self, c: char) -> &[Syllable] {
        self.of.get(&c).map_or(&[], Vec::as_slice)
    }

    /// The syllable of that spelling.
    pub(super) fn syllable(&self, spelling: &str) -> Option<Syllable> {
        self.names.get(spelling).copied()
    }

    /// The first letter of a syllable.
    pub(super) fn initial(&self, syllable: Syllable) -> char {
        self.first[usize::from(syllable)]
    }
}

/// Latin words that are ordinary in Chinese text.
pub(super) static ORDINARY_LATIN: LazyLock<HashSet<&'static str>> = LazyLock::new(|| LATIN.lines().collect());

/// What characters are written of.
pub(super) struct Shapes {
    /// From parts in order to the characters written of them.
    compose: Trie,
    /// The parts of each character, the rarest first, itself among them, and how many of them are rare enough to tell
    /// it from most.
    parts: HashMap<char, (usize, Vec<char>)>,
    /// How many characters have a part.
    spread: HashMap<char, u32>,
}

/// What characters are written of.
pub(super) static WRITTEN: LazyLock<Shapes> = LazyLock::new(|| {
    let mut direct: HashMap<char, Vec<char>> = HashMap::new();
    let mut compose = Trie::default();
    for line in PARTS.lines() {
        let mut chars = line.chars();
        let Some(whole) = chars.next() else { continue };
        direct.entry(whole).or_default().extend(chars.clone());
        let node = chars.fold(Trie::ROOT, |node, part| compose.grow(node, u32::from(part)));
        compose.end(node, u32::from(whole));
    }
    let all: HashMap<char, HashSet<char>> = direct
        .keys()
        .map(|&c| {
            let mut parts = HashSet::from([c]);
            take_apart(&direct, c, PARTS_DEPTH, &mut parts);
            (c, parts)
        })
        .collect();
    let mut spread: HashMap<char, u32> = HashMap::new();
    all.values().flatten().for_each(|&part| *spread.entry(part).or_default() += 1);
    let telling = |parts: HashSet<char>| {
        let mut parts: Vec<char> = parts.into_iter().collect();
        parts.sort_unstable_by_key(|part| (spread[part], *part));
        (parts.partition_point(|part| spread[part] as usize <= COMMON_PART), parts)
    };
    let parts = all.into_iter().map(|(c, parts)| (c, telling(parts))).collect();
    Shapes { compose, parts, spread }
});

fn take_apart(direct: &HashMap<char, Vec<char>>, c: char, depth: usize, into: &mut HashSet<char>) {
    for &part in direct.get(&c).map_or(&[][..], Vec::as_slice) {
        if into.insert(part) && depth > 1 {
            take_apart(direct, part, depth - 1, into);
        }
    }
}

impl Shapes {
    /// The tree that leads from parts, in order, to the characters written of them.
    pub(super) fn compose(&self) -> &Trie {
        &self.compose
    }

    /// The parts of a character that few others have, itself among them.
    pub(super) fn parts(&self, c: char) -> &[char] {
        self.parts.get(&c).map_or(&[], |(few, parts)| &parts[..*few])
    }

    /// All parts of a character, down to its strokes.
    pub(super) fn all_parts(&self, c: char) -> &[char] {
        self.parts.get(&c).map_or(&[], |(_, parts)| parts.as_slice())
    }

    /// How little a shared part makes two characters look alike, from 0.
    pub(super) fn unlike(&self, part: char) -> i32 {
        let spread = self.spread.get(&part).map_or(0, |spread| *spread as usize);
        if spread <= RARE_PART {
            0
        } else if spread <= COMMON_PART {
            1
        } else {
            3
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{SPOKEN, Trie, WRITTEN};

    #[test]
    fn characters_are_read_and_written_as_they_are() {
        let ji = SPOKEN.syllable("ji").unwrap();
        assert!(
            SPOKEN.of('级').contains(&ji) && SPOKEN.of('鸡').contains(&ji) && SPOKEN.of('🐔').contains(&ji)
        );
        assert_eq!(SPOKEN.initial(ji), 'j');
        let shapes = &*WRITTEN;
        let node = "走召".chars().try_fold(Trie::ROOT, |node, c| shapes.compose().step(node, u32::from(c)));
        assert!(shapes.compose().words(node.unwrap()).any(|c| c == u32::from('超')));
        assert!(shapes.parts('级').contains(&'及') && shapes.parts('汲').contains(&'及'));
    }
}
