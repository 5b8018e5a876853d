//! Characters written as their parts, and characters that look alike.

use super::chains::Trie;
use super::index::alike_key;
use super::lexicon::WRITTEN;
use super::ordinary::rarity;
use super::tokens::Kind;
use super::{Least, Search, WORD_MAX, least};
use crate::fold::ViewKind;

/// The most parts that one character is put together from.
const PARTS_MAX: usize = 6;
const LEAST_SPLIT: Least = [100, 60, 0];
const LEAST_ALIKE: Least = [320, 250, 130];
/// How much more is needed for each character that looks less alike.
const LESS_ALIKE: i32 = 20;
/// How much less is needed for each level that the characters in a word's place are rarer than ordinary ones.
const RARER: i32 = 8;
const ORDINARY: i32 = 12;

/// Characters that are less rare stand for themselves.
const SELDOM: u8 = 12;
/// The rarity of what nobody writes.
const ODD: u8 = 14;

/// How far a walk has come.
#[derive(Clone, Copy)]
struct Walk {
    node: u32,
    at: usize,
    depth: usize,
    composed: bool,
    alike: usize,
    less_alike: i32,
    /// The rarity of the characters that stand for others, added up.
    rarity: i32,
}

impl Search<'_> {
    /// Finds what is written like a word from `start` on.
    pub(super) fn shaped(&mut self, start: usize) {
        let walk = Walk {
            node: Trie::ROOT,
            at: start,
            depth: 0,
            composed: false,
            alike: 0,
            less_alike: 0,
            rarity: 0,
        };
        self.trace(start, walk);
    }

    fn trace(&mut self, start: usize, walk: Walk) {
        if !self.spend() {
            return;
        }
        let index = self.index;
        if walk.depth > 1 && (walk.composed || walk.alike > 0) {
            let (view, least) = if walk.alike > 0 {
                let rarer = RARER * (walk.rarity / walk.alike as i32 - ORDINARY);
                (ViewKind::Visual, least(LEAST_ALIKE, walk.depth) + LESS_ALIKE * walk.less_alike - rarer)
            } else {
                (ViewKind::Split, least(LEAST_SPLIT, walk.depth))
            };
            for word in index.written.words(walk.node) {
                self.keep(word, view, start..walk.at, least);
            }
        }
        let Some(token) = self.tokens.get(walk.at).copied() else { return };
        if walk.depth >= WORD_MAX || matches!(token.kind, Kind::Fence | Kind::Emoji) {
            return;
        }
        let next = Walk { at: walk.at + 1, depth: walk.depth + 1, ..walk };
        if let Some(node) = index.written.step(walk.node, u32::from(token.c)) {
            self.trace(start, Walk { node, ..next });
        }
        if token.kind == Kind::Han {
            self.compose(start, walk);
            if !walk.composed {
                self.resemble(start, token.c, next);
            }
        }
    }

    /// Goes on by each character that the tokens at the walk are the parts of.
    fn compose(&mut self, start: usize, walk: Walk) {
        let (index, tree) = (self.index, WRITTEN.compose());
        let mut part = Trie::ROOT;
        for taken in 0..PARTS_MAX {
            let Some(token) = self.tokens.get(walk.at + taken) else { return };
            let Some(deeper) = tree.step(part, u32::from(token.c)) else { return };
            part = deeper;
            for whole in tree.words(part) {
                if let Some(node) = index.written.step(walk.node, whole) {
                    let (at, depth) = (walk.at + taken + 1, walk.depth + 1);
                    self.trace(start, Walk { node, at, depth, composed: true, ..walk });
                }
            }
        }
    }

    /// Goes on by each character that looks like `c`.
    fn resemble(&mut self, start: usize, c: char, next: Walk) {
        let (index, shapes) = (self.index, &*WRITTEN);
        // A character that nobody writes stands for another, be they ever so little alike.
        let odd = next.depth > 1 && rarity(c) >= ODD;
        if rarity(c) < SELDOM {
            return;
        }
        let parts = if odd { shapes.all_parts(c) } else { shapes.parts(c) };
        for (i, &part) in parts.iter().enumerate() {
            for like in index.alike.get(alike_key(next.node, part)) {
                let Some(like) = char::from_u32(like).filter(|like| *like != c) else { continue };
                if !self.spend() {
                    return;
                }
                // Each but once, by the rarest part that they share.
                if i > 0 && parts[..i].iter().any(|part| shapes.all_parts(like).contains(part)) {
                    continue;
                }
                if let Some(node) = index.written.step(next.node, u32::from(like)) {
                    let unlike = if part == like { 0 } else { shapes.unlike(part) };
                    let less_alike = next.less_alike + unlike;
                    let rarity = next.rarity + i32::from(rarity(c));
                    self.trace(start, Walk { node, alike: next.alike + 1, less_alike, rarity, ..next });
                }
            }
        }
    }
}
