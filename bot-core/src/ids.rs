//! Our own ids: made in the program, sortable by the time of making.

use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::StdRng;
use ulid::Generator;

use crate::clock::Clock;

/// Makes a newtype over the text of a ULID.
macro_rules! ulid_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, sqlx::Type)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

/// Makes a newtype over a running number that people type, with the letters that it is shown with.
macro_rules! numbered {
    ($($(#[$doc:meta])* $name:ident = $letters:literal),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, sqlx::Type)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(pub i64);

        impl $name {
            /// The letters before the number.
            pub const LETTERS: &'static str = $letters;

            /// Reads `T-12`, `t12`, `#12` or `12`.
            pub fn parse(text: &str) -> Option<Self> {
                let text = text.trim().trim_start_matches('#');
                let bare = match text.get(..Self::LETTERS.len()) {
                    Some(head) if head.eq_ignore_ascii_case(Self::LETTERS) => text[Self::LETTERS.len()..].strip_prefix('-').unwrap_or(&text[Self::LETTERS.len()..]),
                    _ => text,
                };
                bare.parse().ok().filter(|number| *number > 0).map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}-{}", Self::LETTERS, self.0)
            }
        }
    )+};
}

ulid_id! {
    /// A chat of any kind.
    ChatId,
    /// One platform identity.
    UserId,
    /// A human with one or more users.
    PersonId,
    /// A shop or company.
    MerchantId,
    /// A person's place in a merchant.
    ContactId,
    /// A person who works here.
    StaffId,
    /// A message that we saw or sent.
    MessageId,
    /// An action on its way to a platform.
    OutboxId,
    /// A timer.
    TimerId,
    /// A program that serves the database beside others, from its start to its end.
    NodeId,
    /// Any other row.
    RowId,
}

impl OutboxId {
    /// When it was made, unix milliseconds; `None` for an id that is none of ours.
    pub fn made_at_ms(&self) -> Option<i64> {
        i64::try_from(ulid::Ulid::from_string(&self.0).ok()?.timestamp_ms()).ok()
    }
}

impl MessageId {
    /// Lies before every id of ours that was made at a time (unix milliseconds) or later, and after none that was made
    /// earlier.
    pub fn before(at_ms: i64) -> Self {
        Self(ulid::Ulid::from_parts(u64::try_from(at_ms).unwrap_or_default(), 0).to_string())
    }
}

numbered! {
    /// A moderation incident.
    CaseNo = "C",
    /// A private ticket.
    TicketNo = "T",
    /// An announcement.
    AnnouncementNo = "A",
    /// An activity.
    ActivityNo = "E",
}

/// Makes ids that rise even within one millisecond.
pub struct Ids {
    clock: Arc<dyn Clock>,
    state: Mutex<(Generator, StdRng)>,
}

impl Ids {
    /// Ids by this clock and this chance.
    pub fn new(clock: Arc<dyn Clock>, rng: StdRng) -> Self {
        Self { clock, state: Mutex::new((Generator::new(), rng)) }
    }

    /// A new id of any kind.
    pub fn next<T: From<String>>(&self) -> T {
        let at = std::time::UNIX_EPOCH + std::time::Duration::from_millis(self.clock.now_ms().unsigned_abs());
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (generator, rng) = &mut *state;
        let id = loop {
            // The 80 random bits of one millisecond can run out only after 2^79 ids.
            if let Ok(id) = generator.generate_from_datetime_with_source(at, rng) {
                break id;
            }
        };
        T::from(id.to_string())
    }

    /// A random number below `bound`, for jitter and draws.
    pub fn chance_below(&self, bound: u64) -> u64 {
        use rand::RngExt as _;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if bound == 0 { 0 } else { state.1.random_range(0..bound) }
    }

    /// Text of `len` characters from an alphabet without look-alikes, for codes that people type and handles.
    pub fn code(&self, len: usize) -> String {
        const ALPHABET: &[u8; 31] = b"ABCDEFGHJKLMNPQRSTUVWXYZ2345678";
        (0..len).map(|_| char::from(ALPHABET[usize::try_from(self.chance_below(31)).unwrap_or(0)])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng as _;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for text in ["T-12", "t12", "#12", " 12 ", "#T-12"] {
            assert_eq!(TicketNo::parse(text), Some(TicketNo(12)), "{text}");
        }
        for text in ["", "C-12", "T-", "T--1", "-1", "0", "十二", "T-99999999999999999999"] {
            assert_eq!(TicketNo::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_lies_before_the_ids_that_were_made_then() {
        let at = |ms| Ids::new(Arc::new(crate::clock::VirtualClock::at(ms)), StdRng::seed_from_u64(1)).next();
        let mark = MessageId::before(1_795_248_000_000);
        let (earlier, then): (MessageId, MessageId) = (at(1_795_247_999_999), at(1_795_248_000_000));
        assert!(earlier < mark && mark < then);
    }

    #[test]
    fn ids_rise_within_one_millisecond() {
        let ids = Ids::new(Arc::new(crate::clock::VirtualClock::at(1_000)), StdRng::seed_from_u64(1));
        let made: Vec<String> = (0..1000).map(|_| ids.next()).collect();
        assert!(made.is_sorted_by(|a, b| a < b));
    }
}
