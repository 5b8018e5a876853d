//! Where a message says something that the policy allows.

use std::collections::HashMap;
use std::ops::Range;

use super::build::Detector;
use crate::fold::reading::Unit;

/// The allowed places of a message, in bytes of the original; reused from message to message.
#[derive(Debug, Default)]
pub(super) struct Allowed {
    /// For each rule, and for `None` all rules: places none of which lies within another, in order.
    places: HashMap<Option<usize>, Vec<Range<usize>>>,
}

impl Allowed {
    /// A phrase is seen through the same disguises as a word, and does not reach across the end of a sentence.
    pub(super) fn find(&mut self, detector: &Detector, units: &[Unit]) {
        self.places.values_mut().for_each(Vec::clear);
        let Some(automaton) = &detector.allow else { return };
        let mut stepper = automaton.find_overlapping_stepper();
        // The unit that the present sentence began with.
        let mut sentence = 0;
        for (i, unit) in units.iter().enumerate() {
            if unit.gap == Unit::FENCE {
                sentence = i;
            }
            stepper.consume(unit.c);
            for found in stepper.matches() {
                let phrase = &detector.phrases[found.value() as usize];
                let start = i + 1 - phrase.len;
                if start >= sentence || phrase.divided {
                    phrase
                        .rules
                        .iter()
                        .for_each(|rule| self.add(*rule, units[start].at as usize..unit.end as usize));
                }
            }
        }
    }

    fn add(&mut self, rule: Option<usize>, place: Range<usize>) {
        let places = self.places.entry(rule).or_default();
        // They come by rising end: what starts later than the new one lies within it.
        while places.last().is_some_and(|last| last.start >= place.start) {
            places.pop();
        }
        if places.last().is_none_or(|last| last.end < place.end) {
            places.push(place);
        }
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
