//! What was pushed to whom: one row for each recipient, planned, moved and counted in sets.

mod chats;
mod hold;
mod values;

use std::collections::BTreeSet;

use sqlx::FromRow;

use super::segment::{Filter, bind_filter, over_recipients};
use super::{DbKind, StoreError, Tx, execute, json, on};
use crate::chat::{AccountId, Lang, MessageKey};
use crate::features::delivery::CopyState;
use crate::ids::{ChatId, OutboxId, UserId};

pub use chats::{make_chats, older, sample};
pub use hold::{Holds, WITHDRAWN, held, hold, holds, release, withdraw};
pub use values::{longest_values, values};

const WHAT: &str = "delivery";

/// A recipient's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCopy {
    /// The person, or the group's chat.
    pub recipient: String,
    /// Their name when the audience was frozen.
    pub name: String,
    /// The account that reaches them.
    pub account: Option<AccountId>,
    /// The identity through which a person is reached.
    pub user: Option<UserId>,
    /// Where.
    pub chat: Option<ChatId>,
    /// The language that they get it in.
    pub lang: Lang,
    /// How far it has come.
    pub state: CopyState,
    /// Why it failed, in one word.
    pub reason: Option<String>,
    /// Why it failed, in the platform's words.
    pub detail: Option<String>,
    /// The outbox row that is on its way, or was last.
    pub outbox: Option<OutboxId>,
    /// The messages of this copy.
    pub messages: Vec<MessageKey>,
    /// The version of the text that it shows.
    pub version: i64,
    /// `asked`, `pinned` or `refused`.
    pub pin: Option<String>,
    /// When it was sent, unix milliseconds.
    pub sent_at_ms: Option<i64>,
    /// The zone of its recipient; `None` for the hall's.
    pub zone: Option<String>,
    /// Which text of a test it has, 0 for the first; `None` where its recipient is in no test.
    pub variant: Option<i64>,
}

#[derive(FromRow)]
struct CopyRow {
    recipient: String,
    name: String,
    account: Option<AccountId>,
    chat_user: Option<UserId>,
    chat: Option<ChatId>,
    lang: String,
    state: String,
    reason: Option<String>,
    detail: Option<String>,
    outbox: Option<OutboxId>,
    messages: Option<String>,
    version: i64,
    pin: Option<String>,
    sent_at_ms: Option<i64>,
    zone: Option<String>,
    variant: Option<i64>,
}

/// What a receipt changes of a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled<'a> {
    /// Whose.
    pub recipient: &'a str,
    /// The row of the outbox that it is news of.
    pub outbox: &'a OutboxId,
    /// How far it has come.
    pub state: CopyState,
    /// Why it failed: one word, and the platform's words.
    pub failed: Option<(&'a str, &'a str)>,
    /// Messages that were made; `None` leaves what stands.
    pub messages: Option<Vec<MessageKey>>,
    /// The version that it shows now; `None` leaves what stands.
    pub version: Option<i64>,
}

/// How many copies of an account are in a state for a reason.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Tally {
    /// The account; `None` for people without any chat identity.
    pub account: Option<AccountId>,
    /// The state, as it is stored.
    pub state: String,
    /// The reason, if it failed.
    pub reason: Option<String>,
    /// How many.
    pub copies: i64,
}

macro_rules! copy_sql {
    ($rest:literal) => {
        concat!(
            "SELECT recipient, name, account, chat_user, chat, lang, state, reason, detail, outbox, messages, version, pin, sent_at_ms, zone, variant FROM delivery ",
            $rest
        )
    };
}

mod variant;
mod which;
mod zone;

pub use variant::{Arrived, deal, is_tested, rest, tested, to_deal, variants_of};
pub use which::{Which, page_of, pinned};
pub use zone::{Waiting, ZoneShare, place, ready, set_opens, waits, withdraw_shut, zone_shares, zones};

const PAGE: &str = copy_sql!("WHERE push = $1 AND recipient > $2 ORDER BY recipient LIMIT $3");
const PAGE_OF_STATE: &str =
    copy_sql!("WHERE push = $1 AND recipient > $2 AND state = $4 ORDER BY recipient LIMIT $3");
const GET: &str = copy_sql!("WHERE push = $1 AND recipient = $2");
const TALLY: &str = "SELECT account, state, reason, count(*) AS copies FROM delivery WHERE push = $1 \
    GROUP BY account, state, reason ORDER BY account, state, reason";
const ANY: &str = "SELECT EXISTS (SELECT 1 FROM delivery WHERE push = $1 AND state = $2)";
const MOVE: &str =
    "UPDATE delivery SET state = $3, reason = NULL, detail = NULL WHERE push = $1 AND state = $2";
// Written as an insert of which no row is new: that finds each row of the push by its key, and nothing else. An UPDATE goes through
// the whole push for each list (PostgreSQL, until it has been told how large the push is: autovacuum comes by a minute after an
// audience was frozen) or for each line of it (SQLite).
macro_rules! queue_sql {
    ($lines:literal) => {
        concat!(
            "INSERT INTO delivery (push, recipient, name, lang, state, version, outbox) ",
            "SELECT CAST($1 AS TEXT), v.value->>0, v.value->>2, v.value->>3, $2, CAST(v.value->>4 AS BIGINT), v.value->>1 FROM ",
            $lines,
            " WHERE true ON CONFLICT (push, recipient) DO UPDATE SET state = excluded.state, outbox = excluded.outbox"
        )
    };
}
const QUEUE_SQLITE: &str = queue_sql!("json_each($3) AS v");
const QUEUE_POSTGRES: &str = queue_sql!("jsonb_array_elements($3::text::jsonb) AS v (value)");
// The same. Only what is news of the row that a copy waits for changes it; a line that no copy stands for has no language.
macro_rules! settle_sql {
    ($lines:literal) => {
        concat!(
            "INSERT INTO delivery (push, recipient, outbox, state, reason, detail, messages, version, sent_at_ms, name, lang) ",
            "SELECT CAST($1 AS TEXT), v.value->>0, v.value->>1, v.value->>2, v.value->>3, v.value->>4, v.value->>5, ",
            "coalesce(CAST(v.value->>6 AS BIGINT), -1), CAST(v.value->>7 AS BIGINT), '', '' FROM ",
            $lines,
            " WHERE true ON CONFLICT (push, recipient) DO UPDATE SET state = excluded.state, reason = excluded.reason, ",
            "detail = excluded.detail, messages = coalesce(excluded.messages, delivery.messages), ",
            "version = CASE WHEN excluded.version < 0 THEN delivery.version ELSE excluded.version END, ",
            "sent_at_ms = coalesce(delivery.sent_at_ms, excluded.sent_at_ms) ",
            "WHERE delivery.outbox = excluded.outbox RETURNING outbox, lang = '' AS is_nobodys"
        )
    };
}
const SETTLE_SQLITE: &str = settle_sql!("json_each($2) AS v");
const SETTLE_POSTGRES: &str = settle_sql!("jsonb_array_elements($2::text::jsonb) AS v (value)");
const DROP_NOBODYS: &str = "DELETE FROM delivery WHERE push = $1 AND lang = ''";
const SET_STATE_SQLITE: &str = "UPDATE delivery SET state = $3, reason = $4 WHERE push = $1 AND recipient IN (SELECT value FROM json_each($2))";
const SET_STATE_POSTGRES: &str = "UPDATE delivery SET state = $3, reason = $4 WHERE push = $1 AND recipient IN (SELECT jsonb_array_elements_text($2::text::jsonb))";
const OWN_TURN: &str = "SELECT turn FROM delivery_turn WHERE account = $1 AND push = $2";
const FRONT_TURN: &str = "SELECT (SELECT min(turn) FROM outbox WHERE account = $1 AND lane = 2 AND state = 'queued' AND turn > 0), \
    (SELECT max(turn) FROM delivery_turn WHERE account = $1)";
const SET_TURN: &str = "INSERT INTO delivery_turn (account, push, turn) VALUES ($1, $2, $3) \
    ON CONFLICT (account, push) DO UPDATE SET turn = excluded.turn";
const SET_REASON: &str = "UPDATE delivery SET reason = $3 WHERE push = $1 AND recipient = $2";
const SET_PIN_SQLITE: &str =
    "UPDATE delivery SET pin = $3 WHERE push = $1 AND recipient IN (SELECT value FROM json_each($2))";
const SET_PIN_POSTGRES: &str = "UPDATE delivery SET pin = $3 WHERE push = $1 AND recipient IN (SELECT jsonb_array_elements_text($2::text::jsonb))";
impl TryFrom<CopyRow> for StoredCopy {
    type Error = StoreError;

    fn try_from(row: CopyRow) -> Result<Self, StoreError> {
        let messages = json::read_some(WHAT, row.messages.as_deref())?.unwrap_or_default();
        Ok(Self {
            state: CopyState::from_word(&row.state)
                .ok_or_else(|| StoreError::unreadable("delivery state", &row.state))?,
            lang: Lang::from_tag(&row.lang).unwrap_or_default(),
            recipient: row.recipient,
            name: row.name,
            account: row.account,
            user: row.chat_user,
            chat: row.chat,
            reason: row.reason,
            detail: row.detail,
            outbox: row.outbox,
            messages,
            version: row.version,
            pin: row.pin,
            sent_at_ms: row.sent_at_ms,
            zone: row.zone,
            variant: row.variant,
        })
    }
}

/// Plans a copy for every recipient of an audience as it is at this moment, with one statement. Gives how
/// many there are, those who cannot be written to included.
///
/// # Errors
/// When the database fails, or the push was frozen before.
pub async fn freeze(tx: &mut Tx, push: &str, filter: &Filter<'_>) -> Result<u64, StoreError> {
    let bound = filter.bound()?;
    let sql = over_recipients!(
        tx.kind(),
        filter.audience.to,
        "INSERT INTO delivery (push, recipient, name, account, chat_user, chat, lang, reason, state, version) \
         SELECT cast($12 AS TEXT), r.recipient, r.name, r.account, r.chat_user, r.chat, r.lang, r.reason, \
         CASE WHEN r.reason IS NULL THEN 'planned' ELSE 'unreachable' END, 0 FROM ",
        ""
    );
    execute!(tx, bind_filter!(sqlx::query(sql), bound).bind(push))
}

/// The rows of a push after `after`, by recipient; of one state, or of all.
///
/// # Errors
/// When the database fails.
pub async fn page(
    tx: &mut Tx,
    push: &str,
    state: Option<CopyState>,
    after: &str,
    limit: i64,
) -> Result<Vec<StoredCopy>, StoreError> {
    let rows: Vec<CopyRow> = match state {
        Some(state) => on!(tx, |c| sqlx::query_as(PAGE_OF_STATE)
            .bind(push)
            .bind(after)
            .bind(limit)
            .bind(state.word())
            .fetch_all(c))?,
        None => on!(tx, |c| sqlx::query_as(PAGE).bind(push).bind(after).bind(limit).fetch_all(c))?,
    };
    rows.into_iter().map(StoredCopy::try_from).collect()
}

/// One recipient's row.
///
/// # Errors
/// When the database fails.
pub async fn get(tx: &mut Tx, push: &str, recipient: &str) -> Result<Option<StoredCopy>, StoreError> {
    let row: Option<CopyRow> = on!(tx, |c| sqlx::query_as(GET).bind(push).bind(recipient).fetch_optional(c))?;
    row.map(StoredCopy::try_from).transpose()
}

/// How many copies of each account are in each state, by reason: one look at each copy, for whatever is counted of a push.
///
/// # Errors
/// When the database fails.
pub async fn tally(tx: &mut Tx, push: &str) -> Result<Vec<Tally>, StoreError> {
    on!(tx, |c| sqlx::query_as(TALLY).bind(push).fetch_all(c))
}

/// Whether a copy is in a state.
///
/// # Errors
/// When the database fails.
pub async fn any(tx: &mut Tx, push: &str, state: CopyState) -> Result<bool, StoreError> {
    on!(tx, |c| sqlx::query_scalar(ANY).bind(push).bind(state.word()).fetch_one(c))
}

/// Moves all copies of one state to another. Gives how many.
///
/// # Errors
/// When the database fails.
pub async fn move_all(tx: &mut Tx, push: &str, from: CopyState, to: CopyState) -> Result<u64, StoreError> {
    execute!(tx, sqlx::query(MOVE).bind(push).bind(from.word()).bind(to.word()))
}

/// Notes which outbox row is on its way for each of these copies, with one statement. They were read in the same transaction.
///
/// # Errors
/// When the database fails.
pub async fn queue(
    tx: &mut Tx,
    push: &str,
    state: CopyState,
    on_their_way: &[(&StoredCopy, OutboxId)],
) -> Result<(), StoreError> {
    let line = |(copy, outbox): &(&StoredCopy, OutboxId)| {
        (copy.recipient.clone(), outbox.clone(), copy.name.clone(), copy.lang.word(), copy.version)
    };
    let lines = json::kept(WHAT, &on_their_way.iter().map(line).collect::<Vec<_>>())?;
    let sql = if tx.kind() == DbKind::Sqlite { QUEUE_SQLITE } else { QUEUE_POSTGRES };
    execute!(tx, sqlx::query(sql).bind(push).bind(state.word()).bind(&lines)).map(|_| ())
}

/// Notes what became of outbox rows on the copies of one push, with one statement. Gives these rows, without those that
/// their copy has moved on from, and without those that no copy stands for.
///
/// # Errors
/// When the database fails.
pub async fn settle(
    tx: &mut Tx,
    push: &str,
    all_settled: &[Settled<'_>],
    now_ms: i64,
) -> Result<BTreeSet<OutboxId>, StoreError> {
    let mut taken = BTreeSet::new();
    let mut rest: Vec<&Settled<'_>> = all_settled.iter().collect();
    while !rest.is_empty() {
        // One statement changes a copy once.
        let mut whose = BTreeSet::new();
        let (now, later): (Vec<_>, Vec<_>) = rest.into_iter().partition(|one| whose.insert(one.recipient));
        taken.extend(settle_each_once(tx, push, &now, now_ms).await?);
        rest = later;
    }
    Ok(taken)
}

async fn settle_each_once(
    tx: &mut Tx,
    push: &str,
    all_settled: &[&Settled<'_>],
    now_ms: i64,
) -> Result<Vec<OutboxId>, StoreError> {
    let mut lines = Vec::with_capacity(all_settled.len());
    for settled in all_settled {
        let (reason, detail) = settled.failed.unzip();
        let messages = settled.messages.as_ref().map(|keys| json::kept(WHAT, keys)).transpose()?;
        let sent_at_ms = (settled.state == CopyState::Sent).then_some(now_ms);
        let state = settled.state.word();
        let version = settled.version;
        lines.push((settled.recipient, settled.outbox, state, reason, detail, messages, version, sent_at_ms));
    }
    let lines = json::kept(WHAT, &lines)?;
    let sql = if tx.kind() == DbKind::Sqlite { SETTLE_SQLITE } else { SETTLE_POSTGRES };
    let noted: Vec<(OutboxId, bool)> = on!(tx, |c| sqlx::query_as(sql).bind(push).bind(&lines).fetch_all(c))?;
    if noted.iter().any(|(_, is_nobodys)| *is_nobodys) {
        execute!(tx, sqlx::query(DROP_NOBODYS).bind(push))?;
    }
    Ok(noted.into_iter().filter_map(|(outbox, is_nobodys)| (!is_nobodys).then_some(outbox)).collect())
}

/// The next turn of a push in the bulk lane of an account: behind its own last one, and beside what is at the front of the
/// lane now, however much of other pushes waits there. Who `goes_on` with what waits there is not at the front behind its own last
/// turn, and does not look: the courier changes the front all the time, and the two would wait for each other.
///
/// # Errors
/// When the database fails.
pub async fn next_turn(
    tx: &mut Tx,
    account: &AccountId,
    push: &str,
    goes_on: bool,
) -> Result<i64, StoreError> {
    let own: Option<i64> =
        on!(tx, |c| sqlx::query_scalar(OWN_TURN).bind(account).bind(push).fetch_optional(c))?;
    if let Some(own) = own.filter(|_| goes_on) {
        return Ok(own + 1);
    }
    let (front, last): (Option<i64>, Option<i64>) =
        on!(tx, |c| sqlx::query_as(FRONT_TURN).bind(account).fetch_one(c))?;
    let now = front.unwrap_or(last.unwrap_or(0) + 1);
    Ok(now.max(own.unwrap_or(0) + 1))
}

/// Notes the last turn that a push was given on an account.
///
/// # Errors
/// When the database fails.
pub async fn set_turn(tx: &mut Tx, account: &AccountId, push: &str, turn: i64) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(SET_TURN).bind(account).bind(push).bind(turn)).map(|_| ())
}

/// Puts copies of some recipients into a state, with the reason.
///
/// # Errors
/// When the database fails.
pub async fn set_state(
    tx: &mut Tx,
    push: &str,
    recipients: &[&str],
    state: CopyState,
    reason: Option<&str>,
) -> Result<(), StoreError> {
    let recipients = json::kept(WHAT, &recipients)?;
    let sql = if tx.kind() == DbKind::Sqlite { SET_STATE_SQLITE } else { SET_STATE_POSTGRES };
    execute!(tx, sqlx::query(sql).bind(push).bind(&recipients).bind(state.word()).bind(reason)).map(|_| ())
}

/// Notes a reason beside a copy's state.
///
/// # Errors
/// When the database fails.
pub async fn set_reason(tx: &mut Tx, push: &str, recipient: &str, reason: &str) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(SET_REASON).bind(push).bind(recipient).bind(reason)).map(|_| ())
}

/// Notes how far the pinning of copies has come: `asked`, `pinned`, `refused`, or `posted` with its key on the chat's
/// board.
///
/// # Errors
/// When the database fails.
pub async fn set_pin(tx: &mut Tx, push: &str, recipients: &[&str], pin: &str) -> Result<(), StoreError> {
    let recipients = json::kept(WHAT, &recipients)?;
    let sql = if tx.kind() == DbKind::Sqlite { SET_PIN_SQLITE } else { SET_PIN_POSTGRES };
    execute!(tx, sqlx::query(sql).bind(push).bind(&recipients).bind(pin)).map(|_| ())
}

#[cfg(test)]
mod tests;
