//! Where a message says something that the policy allows.

use std::collections::HashMap;
use std::ops::Range;

use super::build::Detector;
use crate::fold::View;

/// The allowed places of a message, in bytes of the original.
#[derive(Debug, Default)]
pub(super) struct Allowed {
    /// For each rule, and for `None` all rules: places none of which lies within another, in order.
    places: HashMap<Option<usize>, Vec<Range<usize>>>,
}

impl Allowed {
    pub(super) fn find(detector: &Detector, folded: &View<'_>) -> Self {
        let mut allowed = Self::default();
        for found in detector.allow.find_overlapping_iter(folded.text()) {
            let rule = detector.allow_rules[found.pattern().as_usize()];
            let place = folded.original(found.range());
            let places = allowed.places.entry(rule).or_default();
            // They come by rising end: what starts later than the new one lies within it.
            while places.last().is_some_and(|last| last.start >= place.start) {
                places.pop();
            }
            if places.last().is_none_or(|last| last.end < place.end) {
                places.push(place);
            }
        }
        allowed
    }

    /// Whether an allow phrase of the rule, or of all rules, covers the whole of `at`.
    pub(super) fn covers(&self, rule: usize, at: &Range<usize>) -> bool {
        [Some(rule), None].iter().filter_map(|key| self.places.get(key)).any(|places| {
            // Starts and ends rise together: the last that starts no later reaches furthest.
            let after = places.partition_point(|place| place.start <= at.start);
            places[..after].last().is_some_and(|place| place.end >= at.end)
        })
    }
}
