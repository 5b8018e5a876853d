//! How ordinary it is that one Han character follows another; what is ordinary is no disguise.

use std::sync::LazyLock;

/// Laid out as `tables/README.md` says.
const TABLE: &[u8] = include_bytes!("../../../tables/ordinary.bin");
const SLOT_BITS: u32 = 18;
const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
const FIRST: u32 = 0x4E00;
const CODES: usize = 0x5200;
const UNKNOWN: u16 = u16::MAX;

/// The level of what never happens; a level is three times the decimal places of a probability.
pub(super) const LEVEL_MAX: u8 = 15;
/// The level at the edge of Han text, where nothing is known.
pub(super) const LEVEL_NEUTRAL: u8 = 7;

struct Ordinary {
    /// For each code from [`FIRST`] the number of the character.
    ids: Vec<u16>,
    /// For each number the level of the character whatever precedes it.
    alone: Vec<u8>,
    slots: Vec<u16>,
}

static ORDINARY: LazyLock<Ordinary> = LazyLock::new(|| {
    let halves: Vec<u16> = TABLE.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let count = usize::from(halves[0]);
    let (mut ids, mut alone) = (vec![UNKNOWN; CODES], Vec::with_capacity(count));
    for (id, entry) in (0..).zip(halves[2..2 + 2 * count].chunks_exact(2)) {
        if let Some(place) = (entry[0] as usize).checked_sub(FIRST as usize) {
            ids[place] = id;
        }
        alone.push(entry[1] as u8);
    }
    Ordinary { ids, alone, slots: halves[2 + 2 * count..].to_vec() }
});

impl Ordinary {
    fn id(&self, c: char) -> Option<u16> {
        let place = u32::from(c).checked_sub(FIRST)?;
        self.ids.get(place as usize).copied().filter(|id| *id != UNKNOWN)
    }

    fn pair(&self, a: u16, b: u16) -> Option<u8> {
        let mixed = (u64::from(a) << 13 | u64::from(b)).wrapping_mul(MULTIPLIER);
        let mark = match (mixed >> 20 & 0xFFF) as u16 {
            0 => 1,
            mark => mark,
        };
        let mut at = (mixed >> (64 - SLOT_BITS)) as usize;
        loop {
            match self.slots[at] {
                0 => return None,
                slot if slot >> 4 == mark => return Some((slot & 15) as u8),
                _ => at = (at + 1) & (self.slots.len() - 1),
            }
        }
    }
}

/// How surprising it is to meet `b` after `a`, from 0 to [`LEVEL_MAX`].
pub(super) fn level(a: char, b: char) -> u8 {
    let ordinary = &*ORDINARY;
    match (ordinary.id(a), ordinary.id(b)) {
        (_, None) => LEVEL_MAX,
        (None, Some(b)) => ordinary.alone[usize::from(b)],
        (Some(a), Some(b)) => ordinary.pair(a, b).unwrap_or(ordinary.alone[usize::from(b)]),
    }
}

/// How rare a character is by itself, from 0 to [`LEVEL_MAX`].
pub(super) fn rarity(c: char) -> u8 {
    ORDINARY.id(c).map_or(LEVEL_MAX, |id| ORDINARY.alone[usize::from(id)])
}

#[cfg(test)]
mod tests {
    use super::{LEVEL_MAX, level, rarity};

    #[test]
    fn ordinary_pairs_surprise_less_than_odd_ones() {
        for (ordinary, odd) in [("中国", "中果"), ("客服", "客付"), ("我们", "我闷")] {
            let pair = |text: &str| {
                let mut chars = text.chars();
                level(chars.next().unwrap(), chars.next().unwrap())
            };
            assert!(pair(ordinary) + 3 <= pair(odd), "{ordinary} {} {odd} {}", pair(ordinary), pair(odd));
        }
        assert!(rarity('的') < rarity('犇'));
        assert_eq!(level('中', '\u{3400}'), LEVEL_MAX);
    }
}
