//! A small fast map from numbers to lists of numbers, built once and then only read.

const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
const EMPTY: u64 = u64::MAX;
const NONE: u32 = u32::MAX;

/// Numbers by number, in an open table.
#[derive(Debug, Default)]
pub(super) struct Links {
    slots: Vec<(u64, u32)>,
    len: usize,
}

impl Links {
    fn place(&self, key: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = (key.wrapping_mul(MULTIPLIER) >> 32) as usize & mask;
        while self.slots[at].0 != key && self.slots[at].0 != EMPTY {
            at = (at + 1) & mask;
        }
        at
    }

    /// The number under `key`.
    pub(super) fn get(&self, key: u64) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let (known, value) = self.slots[self.place(key)];
        (known == key).then_some(value)
    }

    /// The number under `key`, put there first where there is none.
    pub(super) fn get_or_insert(&mut self, key: u64, value: u32) -> &mut u32 {
        if (self.len + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let at = self.place(key);
        if self.slots[at].0 == EMPTY {
            self.slots[at] = (key, value);
            self.len += 1;
        }
        &mut self.slots[at].1
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(64);
        let old = std::mem::replace(&mut self.slots, vec![(EMPTY, 0); size]);
        for (key, value) in old.into_iter().filter(|(key, _)| *key != EMPTY) {
            let at = self.place(key);
            self.slots[at] = (key, value);
        }
    }
}

/// Lists of numbers by number.
#[derive(Debug, Default)]
pub(super) struct Chains {
    heads: Links,
    items: Vec<(u32, u32)>,
}

impl Chains {
    /// Puts `item` on the list under `key`.
    pub(super) fn push(&mut self, key: u64, item: u32) {
        let next = self.items.len() as u32;
        let head = self.heads.get_or_insert(key, NONE);
        let before = std::mem::replace(head, next);
        self.items.push((item, before));
    }

    /// The list under `key`, the last first.
    pub(super) fn get(&self, key: u64) -> impl Iterator<Item = u32> + '_ {
        let mut at = self.heads.get(key).unwrap_or(NONE);
        std::iter::from_fn(move || {
            let (item, next) = *self.items.get(at as usize)?;
            at = next;
            Some(item)
        })
    }
}

/// A tree of words over symbols below 2^21.
#[derive(Debug, Default)]
pub(super) struct Trie {
    steps: Links,
    nodes: u32,
    ends: Chains,
}

impl Trie {
    /// Where every walk begins.
    pub(super) const ROOT: u32 = 0;

    /// The node that `symbol` leads to.
    pub(super) fn step(&self, node: u32, symbol: u32) -> Option<u32> {
        self.steps.get(u64::from(node) << 21 | u64::from(symbol))
    }

    /// The node that `symbol` leads to, made where there is none.
    pub(super) fn grow(&mut self, node: u32, symbol: u32) -> u32 {
        let next = self.nodes + 1;
        let step = *self.steps.get_or_insert(u64::from(node) << 21 | u64::from(symbol), next);
        self.nodes = self.nodes.max(step);
        step
    }

    /// A word ends at `node`.
    pub(super) fn end(&mut self, node: u32, word: u32) {
        if !self.words(node).any(|known| known == word) {
            self.ends.push(u64::from(node), word);
        }
    }

    /// The words that end at `node`.
    pub(super) fn words(&self, node: u32) -> impl Iterator<Item = u32> + '_ {
        self.ends.get(u64::from(node))
    }
}

#[cfg(test)]
mod tests {
    use super::{Chains, Trie};

    #[test]
    fn what_is_put_in_is_found() {
        let mut chains = Chains::default();
        (0..1_000_u32).for_each(|n| chains.push(u64::from(n % 100), n));
        assert_eq!(chains.get(7).collect::<Vec<_>>(), (0..10).rev().map(|n| n * 100 + 7).collect::<Vec<_>>());
        assert_eq!(chains.get(100).count(), 0);
        let mut trie = Trie::default();
        let node = trie.grow(Trie::ROOT, 5);
        let leaf = trie.grow(node, 6);
        trie.end(leaf, 9);
        trie.end(leaf, 9);
        assert_eq!(trie.step(Trie::ROOT, 5).and_then(|node| trie.step(node, 6)), Some(leaf));
        assert_eq!(trie.words(leaf).collect::<Vec<_>>(), [9]);
        assert_eq!(trie.step(leaf, 5), None);
    }
}
