//! What was read once for one piece of work, by type.

use std::any::{Any, TypeId};
use std::collections::HashMap;

/// One value of each type.
#[derive(Default)]
pub(super) struct Memos(HashMap<TypeId, Box<dyn Any + Send>>);

impl Memos {
    /// The value of a type, at its default when it was not there.
    #[expect(clippy::expect_used, reason = "a value stands under its own type")]
    pub(super) fn of<T: Default + Send + 'static>(&mut self) -> &mut T {
        let value = self.0.entry(TypeId::of::<T>()).or_insert_with(|| Box::new(T::default()));
        value.downcast_mut().expect("stored under its own type")
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_has_a_value_of_its_own() {
        let mut memos = Memos::default();
        *memos.of::<u8>() = 7;
        memos.of::<String>().push('x');
        assert_eq!((*memos.of::<u8>(), memos.of::<String>().as_str()), (7, "x"));
        memos.clear();
        assert_eq!(*memos.of::<u8>(), 0);
    }
}
