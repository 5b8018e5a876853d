//! Sanctions.

use sqlx::FromRow;

use super::stored_word;
use crate::ids::{CaseNo, ChatId, PersonId, RowId, UserId};
use crate::store::{StoreError, Tx, execute, on};

stored_word! {
    /// What is done to a person.
    SanctionKind, "sanction kind" {
        /// A word with them.
        Warn = "warn",
        /// They may not write until a time.
        Mute = "mute",
        /// They are put out and may come back.
        Kick = "kick",
        /// They are put out for good.
        Ban = "ban",
    }
}

stored_word! {
    /// How far a sanction has come.
    SanctionState, "sanction state" {
        /// The platform was asked for it.
        Requested = "requested",
        /// The platform confirmed it.
        Active = "active",
        /// The platform was asked to end it, for its time is over or staff said so.
        Lifting = "lifting",
        /// The platform was asked to end it, for its case was undone.
        Undoing = "undoing",
        /// It is over.
        Lifted = "lifted",
        /// It was taken back.
        Undone = "undone",
        /// The platform refused it.
        Rejected = "rejected",
        /// The platform was asked, and no answer came.
        Unknown = "unknown",
    }
}

/// A sanction in one chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sanction {
    /// Its id.
    pub id: RowId,
    /// The case that it was given for.
    pub case: CaseNo,
    /// What it is.
    pub kind: SanctionKind,
    /// Where it holds.
    pub chat: ChatId,
    /// Whom it hits.
    pub user: UserId,
    /// The end of a mute, unix milliseconds.
    pub until_ms: Option<i64>,
    /// How much of what they wrote goes with a ban: that of the last so many milliseconds.
    pub purge_ms: i64,
    /// How far it has come.
    pub state: SanctionState,
    /// What went wrong last, in the platform's words.
    pub error: Option<String>,
    /// How often the platform refused to lift it.
    pub attempts: i64,
    /// When it was asked for, unix milliseconds.
    pub requested_at_ms: i64,
    /// When the platform confirmed it, unix milliseconds.
    pub active_at_ms: Option<i64>,
    /// When it ended, unix milliseconds.
    pub ended_at_ms: Option<i64>,
}

impl SanctionState {
    /// Whether it holds, or will when the platform answers.
    pub fn stands(self) -> bool {
        matches!(self, Self::Requested | Self::Active | Self::Unknown)
    }

    /// Whether nothing more will come of it.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Lifted | Self::Undone | Self::Rejected)
    }
}

#[derive(FromRow)]
struct SanctionRow {
    id: RowId,
    case_no: CaseNo,
    kind: String,
    chat: ChatId,
    chat_user: UserId,
    until_ms: Option<i64>,
    purge_ms: i64,
    state: String,
    error: Option<String>,
    attempts: i64,
    requested_at_ms: i64,
    active_at_ms: Option<i64>,
    ended_at_ms: Option<i64>,
}

impl TryFrom<SanctionRow> for Sanction {
    type Error = StoreError;

    fn try_from(row: SanctionRow) -> Result<Self, StoreError> {
        Ok(Self {
            kind: SanctionKind::from_word(&row.kind)?,
            state: SanctionState::from_word(&row.state)?,
            id: row.id,
            case: row.case_no,
            chat: row.chat,
            user: row.chat_user,
            until_ms: row.until_ms,
            purge_ms: row.purge_ms,
            error: row.error,
            attempts: row.attempts,
            requested_at_ms: row.requested_at_ms,
            active_at_ms: row.active_at_ms,
            ended_at_ms: row.ended_at_ms,
        })
    }
}

macro_rules! sanction_sql {
    ($rest:literal) => {
        concat!(
            "SELECT s.id, s.case_no, s.kind, s.chat, s.chat_user, s.until_ms, s.purge_ms, s.state, s.error, s.attempts, ",
            "s.requested_at_ms, s.active_at_ms, s.ended_at_ms FROM sanction s ",
            $rest
        )
    };
}

const ADD: &str = "INSERT INTO sanction (id, case_no, kind, chat, chat_user, until_ms, state, error, attempts, requested_at_ms, active_at_ms, ended_at_ms, purge_ms) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
const UPDATE: &str = "UPDATE sanction SET state = $2, error = $3, attempts = $4, active_at_ms = $5, ended_at_ms = $6 WHERE id = $1";
const BY_ID: &str = sanction_sql!("WHERE s.id = $1");
const OF_CASE: &str = sanction_sql!("WHERE s.case_no = $1 ORDER BY s.id");
const OPEN_AT: &str = sanction_sql!(
    "WHERE s.chat_user = $1 AND s.chat = $2 AND s.state IN ('requested', 'active', 'lifting', 'undoing', 'unknown') \
     AND s.kind <> 'warn' AND NOT (s.kind = 'kick' AND s.state = 'active') ORDER BY s.id"
);
const OPEN_OF_PERSON: &str = sanction_sql!(
    "JOIN chat_user u ON u.id = s.chat_user WHERE u.person = $1 \
     AND s.state IN ('requested', 'active', 'lifting', 'undoing', 'unknown') \
     AND s.kind <> 'warn' AND NOT (s.kind = 'kick' AND s.state = 'active') ORDER BY s.id"
);
const STANDING: &str = sanction_sql!(
    "WHERE s.kind IN ('mute', 'ban') AND s.state IN ('requested', 'active', 'lifting', 'undoing', 'unknown') \
     AND (CAST($1 AS TEXT) IS NULL OR s.chat = $1) AND s.id < $2 ORDER BY s.id DESC LIMIT $3"
);

/// Adds a sanction.
///
/// # Errors
/// When the database fails.
pub async fn add_sanction(tx: &mut Tx, sanction: &Sanction) -> Result<(), StoreError> {
    execute!(
        tx,
        sqlx::query(ADD)
            .bind(&sanction.id)
            .bind(sanction.case)
            .bind(sanction.kind.word())
            .bind(&sanction.chat)
            .bind(&sanction.user)
            .bind(sanction.until_ms)
            .bind(sanction.state.word())
            .bind(&sanction.error)
            .bind(sanction.attempts)
            .bind(sanction.requested_at_ms)
            .bind(sanction.active_at_ms)
            .bind(sanction.ended_at_ms)
            .bind(sanction.purge_ms)
    )
    .map(|_| ())
}

/// Keeps how far a sanction has come.
///
/// # Errors
/// When the database fails.
pub async fn update_sanction(tx: &mut Tx, sanction: &Sanction) -> Result<(), StoreError> {
    execute!(
        tx,
        sqlx::query(UPDATE)
            .bind(&sanction.id)
            .bind(sanction.state.word())
            .bind(&sanction.error)
            .bind(sanction.attempts)
            .bind(sanction.active_at_ms)
            .bind(sanction.ended_at_ms)
    )
    .map(|_| ())
}

/// A sanction by its id.
///
/// # Errors
/// When the database fails.
pub async fn sanction(tx: &mut Tx, id: &RowId) -> Result<Option<Sanction>, StoreError> {
    let row: Option<SanctionRow> = on!(tx, |c| sqlx::query_as(BY_ID).bind(id).fetch_optional(c))?;
    row.map(Sanction::try_from).transpose()
}

/// The sanctions of a case, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn of_case(tx: &mut Tx, case: CaseNo) -> Result<Vec<Sanction>, StoreError> {
    let rows: Vec<SanctionRow> = on!(tx, |c| sqlx::query_as(OF_CASE).bind(case).fetch_all(c))?;
    rows.into_iter().map(Sanction::try_from).collect()
}

/// What is open against a user in a chat, oldest first: mutes, bans, and kicks whose end is not known.
///
/// # Errors
/// When the database fails.
pub async fn open_at(tx: &mut Tx, chat: &ChatId, user: &UserId) -> Result<Vec<Sanction>, StoreError> {
    let rows: Vec<SanctionRow> = on!(tx, |c| sqlx::query_as(OPEN_AT).bind(user).bind(chat).fetch_all(c))?;
    rows.into_iter().map(Sanction::try_from).collect()
}

/// What is open against a person anywhere, oldest first: mutes, bans, and kicks whose end is not known.
///
/// # Errors
/// When the database fails.
pub async fn open_of_person(tx: &mut Tx, person: &PersonId) -> Result<Vec<Sanction>, StoreError> {
    let rows: Vec<SanctionRow> = on!(tx, |c| sqlx::query_as(OPEN_OF_PERSON).bind(person).fetch_all(c))?;
    rows.into_iter().map(Sanction::try_from).collect()
}

/// Mutes and bans that are open, in one chat or everywhere, latest first, at most `limit` of those before `before`.
///
/// # Errors
/// When the database fails.
pub async fn standing(
    tx: &mut Tx,
    chat: Option<&ChatId>,
    before: Option<&RowId>,
    limit: i64,
) -> Result<Vec<Sanction>, StoreError> {
    // Ids are ULIDs and begin with a digit, so that `Z` comes after all of them in every collation.
    let before = before.map_or("Z", RowId::as_str);
    let rows: Vec<SanctionRow> =
        on!(tx, |c| sqlx::query_as(STANDING).bind(chat).bind(before).bind(limit).fetch_all(c))?;
    rows.into_iter().map(Sanction::try_from).collect()
}
