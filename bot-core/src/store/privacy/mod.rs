//! What the database holds of a merchant and of people: reading it out, erasing it, and taking away what is too old.

mod ask;
mod erase;
mod export;
mod holds;
mod retain;
mod statements;
#[cfg(test)]
mod tests;

pub use ask::{
    Counted, Found, Obstacle, Whom, counted, merchants_of, obstacle, open_seats, persons_of, search,
};
pub use erase::{Erasure, Step, all, begin, get, open, step};
pub use export::export;
pub use retain::{Aged, blank_old_messages, blank_old_outbox, forget_deliveries, old_cases, old_tickets};

/// What stands in the place of a name that was erased, in every language.
pub const NOBODY: &str = "—";

/// What stands in the outbox in the place of what was done.
macro_rules! blank_action {
    () => {
        r#"{"send":{"text":{"text":"—"}}}"#
    };
}

/// Whose data: everything that follows from the persons and the merchant that are named before. `their_persons` and
/// `their_shops` come first.
macro_rules! theirs {
    ($first:literal, $($rest:tt)+) => {
        concat!(
            "WITH ",
            $first,
            ", their_users (id) AS (SELECT id FROM chat_user WHERE person IN (SELECT id FROM their_persons)), \
            their_chats (id) AS (SELECT id FROM chat WHERE peer IN (SELECT id FROM their_users)), \
            their_tickets (no) AS (SELECT no FROM ticket WHERE chat_user IN (SELECT id FROM their_users)), \
            their_cases (no) AS (SELECT no FROM mod_case WHERE chat_user IN (SELECT id FROM their_users)) ",
            $($rest)+
        )
    };
}

/// The same of the merchant `$1` and its contacts, or of the person `$2`; the other one is empty.
macro_rules! of_asked {
    ($($rest:tt)+) => {
        crate::store::privacy::theirs!(
            "asked (id) AS (SELECT person FROM contact WHERE merchant = $1 UNION SELECT id FROM person WHERE id = $2), \
            their_persons (id) AS (SELECT id FROM asked UNION SELECT joined FROM person_join WHERE undone_at_ms IS NULL \
            AND kept IN (SELECT id FROM asked)), \
            their_shops (id) AS (SELECT id FROM merchant WHERE id = $1)",
            $($rest)+
        )
    };
}

/// The same of the erasure `$1`.
macro_rules! of_erasure {
    ($($rest:tt)+) => {
        crate::store::privacy::theirs!(
            "their_persons (id) AS (SELECT person FROM erasure_person WHERE erasure = $1), \
            their_shops (id) AS (SELECT merchant FROM erasure WHERE id = $1 AND merchant IS NOT NULL)",
            $($rest)+
        )
    };
}

use {blank_action, of_asked, of_erasure, theirs};
