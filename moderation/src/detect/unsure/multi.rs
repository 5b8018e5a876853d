//! Lists of numbers by number, made once and then only read; most questions are answered no by one bit.

const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
const EMPTY: u32 = u32::MAX;
/// Bits of the filter for each key: about one question in so many comes through for nothing.
const BITS_PER_KEY: usize = 16;

/// Lists of numbers by number.
#[derive(Debug, Default)]
pub(super) struct Multi {
    filter: Vec<u64>,
    slots: Vec<u32>,
    keys: Vec<u64>,
    /// Where each key's list begins, and at last where the last one ends.
    starts: Vec<u32>,
    items: Vec<u32>,
}

impl Multi {
    /// Puts each number on the list under its key, in order.
    pub(super) fn build(mut pairs: Vec<(u64, u32)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let (mut keys, mut starts) = (Vec::new(), Vec::new());
        for (at, (key, _)) in pairs.iter().enumerate() {
            if keys.last() != Some(key) {
                keys.push(*key);
                starts.push(at as u32);
            }
        }
        if keys.is_empty() {
            return Self::default();
        }
        starts.push(pairs.len() as u32);
        let mut filter = vec![0_u64; (keys.len() * BITS_PER_KEY / 64).next_power_of_two()];
        let mut slots = vec![EMPTY; (keys.len() * 2).next_power_of_two()];
        for (nth, key) in keys.iter().enumerate() {
            let mixed = key.wrapping_mul(MULTIPLIER);
            let bit = (mixed >> 24) as usize & (filter.len() * 64 - 1);
            filter[bit / 64] |= 1 << (bit % 64);
            let mut at = (mixed >> 32) as usize & (slots.len() - 1);
            while slots[at] != EMPTY {
                at = (at + 1) & (slots.len() - 1);
            }
            slots[at] = nth as u32;
        }
        let items = pairs.into_iter().map(|(_, item)| item).collect();
        Self { filter, slots, keys, starts, items }
    }

    /// The keys, in order.
    pub(super) fn keys(&self) -> &[u64] {
        &self.keys
    }

    /// The list under the key of that place.
    pub(super) fn nth(&self, nth: usize) -> &[u32] {
        &self.items[self.starts[nth] as usize..self.starts[nth + 1] as usize]
    }

    /// The list under `key`.
    pub(super) fn get(&self, key: u64) -> &[u32] {
        let mixed = key.wrapping_mul(MULTIPLIER);
        let bit = (mixed >> 24) as usize & (self.filter.len() * 64).wrapping_sub(1);
        if self.filter.get(bit / 64).is_none_or(|word| word >> (bit % 64) & 1 == 0) {
            return &[];
        }
        let mut at = (mixed >> 32) as usize & (self.slots.len() - 1);
        while self.slots[at] != EMPTY {
            let nth = self.slots[at] as usize;
            if self.keys[nth] == key {
                return self.nth(nth);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
        &[]
    }
}

#[cfg(test)]
mod tests {
    use super::Multi;

    #[test]
    fn what_is_put_in_is_found() {
        let multi = Multi::build((0..1_000_u32).map(|n| (u64::from(n % 100), n)).collect());
        assert_eq!(multi.get(7), (0..10).map(|n| n * 100 + 7).collect::<Vec<_>>());
        assert_eq!((100..10_000).filter(|key| !multi.get(*key).is_empty()).count(), 0);
        assert_eq!(Multi::default().get(7), &[] as &[u32]);
    }
}
