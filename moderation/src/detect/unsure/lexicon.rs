//! What is known of characters: how they are read, what they are written of, what an emoji shows.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::multi::Multi;

const SOUNDS: &str = include_str!("../../../tables/sounds.txt");
const PARTS: &str = include_str!("../../../tables/parts.txt");
const EMOJI: &str = include_str!("../../../tables/emoji.txt");
const LATIN: &str = include_str!("../../../tables/latin.txt");
/// How often parts are taken apart again.
const PARTS_DEPTH: u8 = 4;
/// A part that lies deeper does not show.
const USED_DEPTH: u8 = 2;

/// Nothing before it shows anything that is spoken.
const EMOJI_FIRST: char = '\u{80}';
const HAN_FIRST: u32 = 0x3400;
const HAN_END: u32 = 0xA000;
/// Characters have at most so many syllables.
const SYLLABLES_MAX: usize = 3;

/// A toneless syllable.
pub(super) type Syllable = u16;

/// How characters are read.
pub(super) struct Sounds {
    /// The first letter of each syllable.
    first: Vec<char>,
    /// Of each Han character how many syllables it has, and which.
    han: Vec<(u8, [Syllable; SYLLABLES_MAX])>,
    emoji: HashMap<char, Vec<Syllable>>,
    /// A tree of the spellings: for each node where each letter leads (0: nowhere), and the syllable that it spells.
    letters: Vec<([u16; 26], Option<Syllable>)>,
}

/// How characters are read.
pub(super) static SPOKEN: LazyLock<Sounds> = LazyLock::new(|| {
    let han = vec![(0, [0; SYLLABLES_MAX]); (HAN_END - HAN_FIRST) as usize];
    let mut sounds = Sounds { first: Vec::new(), han, emoji: HashMap::new(), letters: vec![([0; 26], None)] };
    let mut names: HashMap<&'static str, Syllable> = HashMap::new();
    for (written, chars) in SOUNDS.lines().filter_map(|line| line.split_once('\t')) {
        let mut known = (0, [0; SYLLABLES_MAX]);
        for (to, name) in known.1.iter_mut().zip(written.split(' ')) {
            *to = *names.entry(name).or_insert_with(|| sounds.add(name));
            known.0 += 1;
        }
        for c in chars.chars() {
            if let Some(place) = sounds.han.get_mut(u32::from(c).wrapping_sub(HAN_FIRST) as usize) {
                *place = known;
            }
        }
    }
    for line in EMOJI.lines() {
        let Some(c) = line.chars().next() else { continue };
        let known = line[c.len_utf8()..].split(' ').filter_map(|name| names.get(name).copied());
        sounds.emoji.insert(c, known.collect());
    }
    sounds
});

impl Sounds {
    fn add(&mut self, name: &'static str) -> Syllable {
        let syllable = self.first.len() as Syllable;
        self.first.extend(name.chars().next());
        let mut node = 0;
        for letter in name.bytes().filter(u8::is_ascii_lowercase) {
            let letter = usize::from(letter - b'a');
            if self.letters[node].0[letter] == 0 {
                self.letters[node].0[letter] = self.letters.len() as u16;
                self.letters.push(([0; 26], None));
            }
            node = usize::from(self.letters[node].0[letter]);
        }
        self.letters[node].1 = Some(syllable);
        syllable
    }

    /// The syllables of a Han character, the commonest first, or of what an emoji shows.
    pub(super) fn of(&self, c: char) -> &[Syllable] {
        match self.han.get(u32::from(c).wrapping_sub(HAN_FIRST) as usize) {
            Some((count, syllables)) => &syllables[..usize::from(*count)],
            None if c < EMOJI_FIRST => &[],
            None => self.emoji.get(&c).map_or(&[], Vec::as_slice),
        }
    }

    /// Where a letter leads from a node of the tree of spellings; its root is 0.
    pub(super) fn letter(&self, node: u16, letter: char) -> Option<u16> {
        let letter = u32::from(letter).checked_sub(u32::from('a'))? as usize;
        self.letters[usize::from(node)].0.get(letter).copied().filter(|next| *next != 0)
    }

    /// The syllable that is spelled at a node.
    pub(super) fn spelled(&self, node: u16) -> Option<Syllable> {
        self.letters[usize::from(node)].1
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
    compose: Multi,
    /// For each character where its parts begin, by its place from [`HAN_FIRST`], and at last where they end.
    starts: Vec<u32>,
    /// Parts, each with how deep it lies, in order.
    parts: Vec<(char, u8)>,
    /// The characters that have a part, each with how deep it lies.
    users: HashMap<char, Vec<(char, u8)>>,
}

/// What characters are written of.
pub(super) static WRITTEN: LazyLock<Shapes> = LazyLock::new(|| {
    let mut direct: HashMap<char, Vec<char>> = HashMap::new();
    let mut composed = Vec::new();
    for line in PARTS.lines() {
        let mut chars = line.chars();
        let Some(whole) = chars.next() else { continue };
        let parts = chars.as_str();
        composed.push((parts.chars().fold(0, deeper), u32::from(whole)));
        direct.entry(whole).or_default().extend(parts.chars().filter(|part| *part != whole));
    }
    let (mut starts, mut parts) = (vec![0], Vec::new());
    let mut users: HashMap<char, Vec<(char, u8)>> = HashMap::new();
    let mut own: Vec<(char, u8)> = Vec::new();
    for c in (HAN_FIRST..HAN_END).filter_map(char::from_u32) {
        own.clear();
        take_apart(&direct, c, 1, &mut own);
        own.sort_unstable();
        own.dedup_by_key(|(part, _)| *part);
        own.retain(|(part, _)| *part != c);
        for (part, depth) in own.iter().filter(|(_, depth)| *depth <= USED_DEPTH) {
            users.entry(*part).or_default().push((c, *depth));
        }
        parts.extend(&own);
        starts.push(parts.len() as u32);
    }
    Shapes { compose: Multi::build(composed), starts, parts, users }
});

fn take_apart(direct: &HashMap<char, Vec<char>>, c: char, depth: u8, into: &mut Vec<(char, u8)>) {
    for &part in direct.get(&c).map_or(&[][..], Vec::as_slice) {
        if !into.contains(&(part, depth)) {
            into.push((part, depth));
            if depth < PARTS_DEPTH {
                take_apart(direct, part, depth + 1, into);
            }
        }
    }
}

fn deeper(parts: u64, part: char) -> u64 {
    (parts ^ u64::from(u32::from(part))).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29) | 1
}

impl Shapes {
    /// The number of a row of parts with one more part; of none it is 0.
    pub(super) fn deeper(&self, parts: u64, part: char) -> u64 {
        deeper(parts, part)
    }

    /// The characters that are written of a row of parts.
    pub(super) fn composed(&self, parts: u64) -> &[u32] {
        self.compose.get(parts)
    }

    /// The parts of a character, in order, each with how deep it lies.
    pub(super) fn parts(&self, c: char) -> &[(char, u8)] {
        let place = u32::from(c).wrapping_sub(HAN_FIRST) as usize;
        match (self.starts.get(place), self.starts.get(place.wrapping_add(1))) {
            (Some(from), Some(to)) => &self.parts[*from as usize..*to as usize],
            _ => &[],
        }
    }

    /// The characters that have a part not far down, each with how deep it lies.
    pub(super) fn users(&self, part: char) -> &[(char, u8)] {
        self.users.get(&part).map_or(&[], Vec::as_slice)
    }

    /// Whether two characters share any part at all, or one is a part of the other.
    pub(super) fn share(&self, a: char, b: char) -> bool {
        let (mut left, mut right) = (self.parts(a).iter().peekable(), self.parts(b).iter().peekable());
        while let (Some((one, _)), Some((other, _))) = (left.peek(), right.peek()) {
            match one.cmp(other) {
                std::cmp::Ordering::Equal => return true,
                std::cmp::Ordering::Less => _ = left.next(),
                std::cmp::Ordering::Greater => _ = right.next(),
            }
        }
        self.parts(a).iter().any(|(part, _)| *part == b) || self.parts(b).iter().any(|(part, _)| *part == a)
    }
}

#[cfg(test)]
mod tests {
    use super::{SPOKEN, WRITTEN};

    #[test]
    fn characters_are_read_and_written_as_they_are() {
        let node = "ji".chars().try_fold(0, |node, c| SPOKEN.letter(node, c));
        let ji = SPOKEN.spelled(node.unwrap()).unwrap();
        assert!(
            SPOKEN.of('级').contains(&ji) && SPOKEN.of('鸡').contains(&ji) && SPOKEN.of('🐔').contains(&ji)
        );
        assert_eq!(SPOKEN.initial(ji), 'j');
        let shapes = &*WRITTEN;
        let parts = "走召".chars().fold(0, |parts, c| shapes.deeper(parts, c));
        assert!(shapes.composed(parts).contains(&u32::from('超')));
        assert!(shapes.users('及').iter().any(|(c, _)| *c == '级') && shapes.share('级', '汲'));
    }
}
