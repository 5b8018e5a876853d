//! Pushes that are held back: what of them waits in the outbox does not go out.

use std::collections::BTreeSet;

use crate::features::delivery::{CopyState, Phase};
use crate::ids::OutboxId;
use crate::store::outbox::StoredOutbox;
use crate::store::{DbKind, StoreError, Tx, execute, json, on};

const WHAT: &str = "delivery hold";
/// Why an action of a held push did not go out, as its row says.
pub const WITHDRAWN: &str = "held back before it was sent";

const HOLD: &str = "INSERT INTO delivery_hold (push, becomes, since_ms) VALUES ($1, $2, $3) \
    ON CONFLICT (push) DO UPDATE SET becomes = excluded.becomes, since_ms = excluded.since_ms";
const RELEASE: &str = "DELETE FROM delivery_hold WHERE push = $1";
// Its last turn is that of copies which did not go out: what goes on begins beside what is at the front then.
const FORGET_TURN: &str = "DELETE FROM delivery_turn WHERE push = $1";
const HELD: &str = "SELECT becomes FROM delivery_hold WHERE push = $1";
const HOLDS: &str = "SELECT push FROM delivery_hold";
// From the end, where the courier is not: it takes from the front, and two that want the same row are in each other's way.
const WAITING: &str = "SELECT d.recipient, d.outbox FROM delivery d CROSS JOIN outbox o \
    WHERE d.push = $1 AND d.state = 'queued' AND o.id = d.outbox AND o.state = 'queued' AND o.calls_done = 0 \
    ORDER BY d.recipient DESC LIMIT $2";
const TAKE_OUT_SQLITE: &str = "UPDATE outbox SET state = 'rejected', error_kind = 'withdrawn', error = $2, settled_at_ms = $3 \
    WHERE state = 'queued' AND id IN (SELECT value FROM json_each($1))";
const TAKE_OUT_POSTGRES: &str = "UPDATE outbox SET state = 'rejected', error_kind = 'withdrawn', error = $2, settled_at_ms = $3 \
    WHERE state || '' = 'queued' AND id = ANY (ARRAY (SELECT jsonb_array_elements_text($1::text::jsonb)))";
const DROP_PLANNED: &str = "UPDATE delivery SET state = 'cancelled' WHERE push = $1 AND recipient IN \
    (SELECT recipient FROM delivery WHERE push = $1 AND state = 'planned' ORDER BY recipient LIMIT $2)";

/// The pushes that are held back.
#[derive(Debug, Default)]
pub struct Holds(BTreeSet<String>);

impl Holds {
    /// Whether an action must not go out now: a copy of a held push of which nothing is out yet. Of a copy that the
    /// platform split and has in part, the rest goes.
    pub fn hold(&self, row: &StoredOutbox) -> bool {
        let Some(origin) = row.origin.as_ref().filter(|_| !self.0.is_empty() && row.calls_done == 0) else {
            return false;
        };
        let push = origin.key.split('/').next().unwrap_or_default();
        origin.kind == Phase::Send.kind() && self.0.contains(push)
    }
}

/// Holds a push back: from this commit on nothing of it is taken in hand. Its copies become `becomes` as they are taken
/// out of the outbox.
///
/// # Errors
/// When the database fails.
pub async fn hold(tx: &mut Tx, push: &str, becomes: CopyState, now_ms: i64) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(HOLD).bind(push).bind(becomes.word()).bind(now_ms)).map(|_| ())
}

/// Lets a push go again.
///
/// # Errors
/// When the database fails.
pub async fn release(tx: &mut Tx, push: &str) -> Result<(), StoreError> {
    if execute!(tx, sqlx::query(RELEASE).bind(push))? > 0 {
        execute!(tx, sqlx::query(FORGET_TURN).bind(push))?;
    }
    Ok(())
}

/// What becomes of the copies of a push that are taken out of the outbox; `None` when it is not held.
///
/// # Errors
/// When the database fails.
pub async fn held(tx: &mut Tx, push: &str) -> Result<Option<CopyState>, StoreError> {
    let word: Option<String> = on!(tx, |c| sqlx::query_scalar(HELD).bind(push).fetch_optional(c))?;
    let state = |word: String| {
        CopyState::from_word(&word).ok_or_else(|| StoreError::unreadable("delivery state", &word))
    };
    word.map(state).transpose()
}

/// All pushes that are held back.
///
/// # Errors
/// When the database fails.
pub async fn holds(tx: &mut Tx) -> Result<Holds, StoreError> {
    let pushes: Vec<String> = on!(tx, |c| sqlx::query_scalar(HOLDS).fetch_all(c))?;
    Ok(Holds(pushes.into_iter().collect()))
}

/// Takes up to `limit` waiting copies of a held push out of the outbox, and where they are to be dropped as many that
/// were not in it yet. True when there may be more.
///
/// # Errors
/// When the database fails.
pub async fn withdraw(
    tx: &mut Tx,
    push: &str,
    becomes: CopyState,
    limit: i64,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let waiting: Vec<(String, OutboxId)> =
        on!(tx, |c| sqlx::query_as(WAITING).bind(push).bind(limit).fetch_all(c))?;
    let mut most = waiting.len();
    take_out(tx, push, &waiting, becomes, now_ms).await?;
    if becomes == CopyState::Cancelled {
        let dropped = execute!(tx, sqlx::query(DROP_PLANNED).bind(push).bind(limit))?;
        most = most.max(usize::try_from(dropped).unwrap_or(usize::MAX));
    }
    Ok(i64::try_from(most).unwrap_or(limit) >= limit)
}

/// Takes waiting rows out of the outbox; the copies that they are of become `becomes`.
pub(super) async fn take_out(
    tx: &mut Tx,
    push: &str,
    waiting: &[(String, OutboxId)],
    becomes: CopyState,
    now_ms: i64,
) -> Result<(), StoreError> {
    if waiting.is_empty() {
        return Ok(());
    }
    let (recipients, rows): (Vec<&str>, Vec<&OutboxId>) =
        waiting.iter().map(|(recipient, row)| (recipient.as_str(), row)).unzip();
    let rows = json::kept(WHAT, &rows)?;
    let sql = if tx.kind() == DbKind::Sqlite { TAKE_OUT_SQLITE } else { TAKE_OUT_POSTGRES };
    execute!(tx, sqlx::query(sql).bind(&rows).bind(WITHDRAWN).bind(now_ms))?;
    super::set_state(tx, push, &recipients, becomes, None).await
}
