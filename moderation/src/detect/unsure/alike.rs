//! Which characters look like those of a policy's words, by the parts that they share.

use super::lexicon::WRITTEN;
use super::ordinary::rarity;

/// Characters that are less rare stand for themselves.
pub(super) const SELDOM: u8 = 12;
const HAN: std::ops::Range<u32> = 0x3400..0xA000;
/// So many characters are kept for each, those that look most alike.
const KEPT: usize = 40;
/// A part that more characters have makes none of them look alike.
const COMMON: usize = 800;

/// Characters of words that look like others.
#[derive(Debug, Default)]
pub(super) struct Alike {
    /// For each Han character where those that it may stand for begin, and at last where they end.
    starts: Vec<u32>,
    /// A character, and how little it looks like it, from 0.
    items: Vec<(char, u8)>,
}

impl Alike {
    /// `vocabulary` are the characters that others may stand for.
    pub(super) fn build(vocabulary: impl Iterator<Item = char>) -> Self {
        let mut found: Vec<Vec<(u8, char)>> = vec![Vec::new(); HAN.len()];
        for wanted in vocabulary.filter(|c| HAN.contains(&u32::from(*c))) {
            let mut put = |seen: char, unlike: u8| {
                if let Some(list) = found.get_mut(u32::from(seen).wrapping_sub(HAN.start) as usize) {
                    list.push((unlike, wanted));
                }
            };
            for (user, depth) in WRITTEN.users(wanted) {
                put(*user, depth - 1);
            }
            for (part, depth) in WRITTEN.parts(wanted).iter().filter(|(_, depth)| *depth <= 2) {
                put(*part, *depth);
                let users = WRITTEN.users(*part);
                let unlike = match users.len() {
                    0..=60 => 1,
                    61..=200 => 2,
                    201..=500 => 3,
                    _ => 5,
                };
                if users.len() <= COMMON {
                    users.iter().for_each(|(user, deep)| put(*user, unlike + depth + deep - 2));
                }
            }
        }
        let (mut starts, mut items) = (vec![0], Vec::new());
        for (seen, mut list) in HAN.filter_map(char::from_u32).zip(found) {
            if rarity(seen) >= SELDOM {
                list.sort_unstable_by_key(|(unlike, c)| (*c, *unlike));
                list.dedup_by_key(|(_, c)| *c);
                list.retain(|(_, c)| *c != seen);
                list.sort_unstable_by_key(|(unlike, c)| (*unlike, rarity(*c), *c));
                items.extend(list.into_iter().take(KEPT).map(|(unlike, c)| (c, unlike)));
            }
            starts.push(items.len() as u32);
        }
        Self { starts, items }
    }

    /// The characters that `c` may stand for, those that it looks most like first.
    pub(super) fn of(&self, c: char) -> &[(char, u8)] {
        let place = u32::from(c).wrapping_sub(HAN.start) as usize;
        match (self.starts.get(place), self.starts.get(place.wrapping_add(1))) {
            (Some(from), Some(to)) => &self.items[*from as usize..*to as usize],
            _ => &[],
        }
    }
}
