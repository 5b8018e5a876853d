//! What each place of a message can be read as, worked out once for each place and message.

use std::ops::Range;

/// Ways of reading by place.
#[derive(Debug)]
pub(super) struct Ways<T> {
    all: Vec<T>,
    /// For each place where its ways lie in `all`; [`UNKNOWN`] where nobody asked yet.
    places: Vec<(u32, u32)>,
}

const UNKNOWN: (u32, u32) = (u32::MAX, u32::MAX);

impl<T> Default for Ways<T> {
    fn default() -> Self {
        Self { all: Vec::new(), places: Vec::new() }
    }
}

impl<T: Copy> Ways<T> {
    /// Forgets the last message; the next has so many places.
    pub(super) fn clear(&mut self, places: usize) {
        self.all.clear();
        self.places.clear();
        self.places.resize(places, UNKNOWN);
    }

    /// The ways of a place, worked out by `read` where they are not known: at most `most` of them.
    pub(super) fn of(&mut self, at: usize, most: usize, read: impl FnOnce(&mut Vec<T>)) -> Range<usize> {
        let Some(place) = self.places.get_mut(at) else { return 0..0 };
        if *place == UNKNOWN {
            let start = self.all.len();
            read(&mut self.all);
            self.all.truncate(start + most);
            *place = (start as u32, self.all.len() as u32);
        }
        place.0 as usize..place.1 as usize
    }

    /// One of the ways.
    pub(super) fn way(&self, nth: usize) -> T {
        self.all[nth]
    }
}
