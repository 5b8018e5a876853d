//! Gathers matches into hits: one for each word or expression and view, with all its places.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::fold::ViewKind;
use crate::policy::Policy;
use crate::verdict::{Hit, HitKind, Span};

/// A rule, the kind of its pattern, and which of those patterns.
pub(super) type Key = (usize, HitKind, usize);

#[derive(Debug, Default)]
pub(super) struct Found {
    spans: BTreeMap<(Key, ViewKind), Vec<Span>>,
}

impl Found {
    /// Whether enough places of this pattern are known.
    pub(super) fn is_full(&self, key: Key) -> bool {
        let all = (key, ViewKind::Exact)..=(key, ViewKind::Swapped);
        self.spans.range(all).map(|(_, spans)| spans.len()).sum::<usize>() >= 2 * Hit::SPANS_MAX
    }

    /// Whether a place of this pattern is known that `at` shares a character with.
    pub(super) fn knows(&self, key: Key, at: &Range<usize>) -> bool {
        let all = (key, ViewKind::Exact)..=(key, ViewKind::Swapped);
        let mut places = self.spans.range(all).flat_map(|(_, spans)| spans);
        places.any(|span| span.start < at.end && at.start < span.end)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    pub(super) fn add(&mut self, key: Key, view: ViewKind, at: Range<usize>, original: &str) {
        let spans = self.spans.entry((key, view)).or_default();
        if spans.len() < Hit::SPANS_MAX {
            spans.push(Span::of(original, at));
        }
    }

    /// The hits, in the order of the message.
    pub(super) fn into_hits(self, policy: &Policy) -> Vec<Hit> {
        let hit = |((key, view), spans): ((Key, ViewKind), Vec<Span>)| {
            let (rule, kind, index) = key;
            let rule = &policy.rules()[rule];
            let patterns = if kind == HitKind::Word { &rule.words } else { &rule.regex };
            Hit::of(rule, policy.version(), kind, &patterns[index], view, spans)
        };
        let mut hits: Vec<Hit> = self.spans.into_iter().map(hit).collect();
        hits.sort_by_key(|hit| hit.spans.first().map(|span| span.start));
        hits
    }
}
