//! Cases with their proof, and the sanctions that were given for them.

mod case;
mod list;
mod sanction;
#[cfg(test)]
mod tests;

pub use case::{
    Case, CaseState, Notice, Removal, count_in, flagged_since, get, last_by_rule, of_message, offences,
    other_offenders, put, spans_utf8,
};
pub use list::{CaseFilter, list};
pub use sanction::{
    Sanction, SanctionKind, SanctionState, add_sanction, of_case, open_at, open_of_person, sanction,
    standing, update_sanction,
};

/// Makes an enum that is stored as a word.
macro_rules! stored_word {
    ($(#[$doc:meta])* $name:ident, $what:literal { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// The word stored, and used in addresses.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// The value of a stored word.
            ///
            /// # Errors
            /// When the word is not known.
            pub fn from_word(word: &str) -> Result<Self, $crate::store::StoreError> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::store::StoreError::unreadable($what, word)),
                }
            }
        }
    };
}

pub(crate) use stored_word;
