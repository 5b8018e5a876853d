//! Nodes that serve one database together, and which of them holds each account.

#[cfg(test)]
mod tests;

use sqlx::FromRow;

use super::{DbKind, StoreError, Tx, execute, on};
use crate::chat::AccountId;
use crate::ids::NodeId;

/// A node as it stands.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct StoredNode {
    /// Its id: another one at each start.
    pub id: NodeId,
    /// When it started, unix milliseconds by its own clock.
    pub started_at_ms: i64,
    /// Rises for as long as it lives.
    pub beat: i64,
    /// When it last rose, unix milliseconds by its own clock.
    pub beat_at_ms: i64,
    /// What it tells of itself.
    #[sqlx(flatten)]
    pub about: About,
}

/// What a node tells of itself when it starts.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromRow)]
pub struct About {
    /// What people call it.
    pub name: String,
    /// The program's version.
    pub version: String,
    /// Where its console listens.
    pub address: String,
    /// Which process it is, in words that only programs on the same machine understand; empty when it cannot be known.
    pub process: String,
}

/// Who holds an account.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct StoredLease {
    /// The account.
    pub account: AccountId,
    /// The node; `None` when the last one let go.
    pub node: Option<NodeId>,
    /// How many have held it, this one included.
    pub fence: i64,
    /// Since when, unix milliseconds by the clock of the node that took it.
    pub since_ms: i64,
}

const ENTER: &str = "INSERT INTO node (id, started_at_ms, beat, beat_at_ms, name, version, address, process) \
    VALUES ($1, $2, 1, $2, $3, $4, $5, $6)";
const BEAT: &str = "UPDATE node SET beat = beat + 1, beat_at_ms = $2 WHERE id = $1";
const NODES: &str =
    "SELECT id, started_at_ms, beat, beat_at_ms, name, version, address, process FROM node ORDER BY id";
const LEASES: &str = "SELECT account, node, fence, since_ms FROM account_lease ORDER BY account";
const BURY: &str = "DELETE FROM node WHERE id = $1 AND beat = $2";
// Only what is free: let go of, or held by what is no node any more.
const TAKE: &str = "INSERT INTO account_lease (account, node, fence, since_ms) VALUES ($1, $2, 1, $3) \
    ON CONFLICT (account) DO UPDATE SET node = excluded.node, fence = account_lease.fence + 1, since_ms = excluded.since_ms \
    WHERE account_lease.node IS NULL OR NOT EXISTS (SELECT 1 FROM node n WHERE n.id = account_lease.node) RETURNING fence";
const HELD_SQLITE: &str = "SELECT 1 FROM account_lease WHERE account = $1 AND node = $2 AND fence = $3";
// Nobody takes it over before this transaction has ended.
const HELD_POSTGRES: &str =
    "SELECT 1 FROM account_lease WHERE account = $1 AND node = $2 AND fence = $3 FOR SHARE";
const LET_GO: &str = "UPDATE account_lease SET node = NULL WHERE node = $1";
const LEAVE: &str = "DELETE FROM node WHERE id = $1";
const LET_ALL_GO: &str = "UPDATE account_lease SET node = NULL";
const CLEAR: &str = "DELETE FROM node";

/// Puts a node down that starts.
///
/// # Errors
/// When the database fails.
pub async fn enter(tx: &mut Tx, id: &NodeId, about: &About, now_ms: i64) -> Result<(), StoreError> {
    let About { name, version, address, process } = about;
    execute!(
        tx,
        sqlx::query(ENTER).bind(id).bind(now_ms).bind(name).bind(version).bind(address).bind(process)
    )
    .map(|_| ())
}

/// Raises a node's beat. False when it is no node any more: the others took it for gone.
///
/// # Errors
/// When the database fails.
pub async fn beat(tx: &mut Tx, id: &NodeId, now_ms: i64) -> Result<bool, StoreError> {
    Ok(execute!(tx, sqlx::query(BEAT).bind(id).bind(now_ms))? == 1)
}

/// All nodes, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn all(tx: &mut Tx) -> Result<Vec<StoredNode>, StoreError> {
    on!(tx, |c| sqlx::query_as(NODES).fetch_all(c))
}

/// Who holds what.
///
/// # Errors
/// When the database fails.
pub async fn leases(tx: &mut Tx) -> Result<Vec<StoredLease>, StoreError> {
    on!(tx, |c| sqlx::query_as(LEASES).fetch_all(c))
}

/// Takes a node for gone whose beat still stands at `beat`. From then on it can raise it no more, and what it held is free.
/// False when it has beaten since.
///
/// # Errors
/// When the database fails.
pub async fn bury(tx: &mut Tx, id: &NodeId, beat: i64) -> Result<bool, StoreError> {
    Ok(execute!(tx, sqlx::query(BURY).bind(id).bind(beat))? == 1)
}

/// Takes a free account; gives the fence. `None` when a living node holds it.
///
/// # Errors
/// When the database fails.
pub async fn take(
    tx: &mut Tx,
    account: &AccountId,
    node: &NodeId,
    now_ms: i64,
) -> Result<Option<i64>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(TAKE).bind(account).bind(node).bind(now_ms).fetch_optional(c))
}

/// Makes sure that a node holds an account until the transaction ends.
///
/// # Errors
/// [`StoreError::Fenced`] when somebody else holds it by now, another one when the database fails.
pub async fn held(tx: &mut Tx, account: &AccountId, node: &NodeId, fence: i64) -> Result<(), StoreError> {
    let sql = if tx.kind() == DbKind::Sqlite { HELD_SQLITE } else { HELD_POSTGRES };
    let held: Option<i32> =
        on!(tx, |c| sqlx::query_scalar(sql).bind(account).bind(node).bind(fence).fetch_optional(c))?;
    held.map(|_| ()).ok_or_else(|| StoreError::Fenced(account.clone()))
}

/// Lets go of all that a node holds, and of the node.
///
/// # Errors
/// When the database fails.
pub async fn leave(tx: &mut Tx, id: &NodeId) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(LET_GO).bind(id))?;
    execute!(tx, sqlx::query(LEAVE).bind(id)).map(|_| ())
}

/// Forgets all nodes of a database that nobody serves, such as one that came out of a copy. The fences stay and go on rising.
///
/// # Errors
/// When the database fails.
pub async fn forget_all(tx: &mut Tx) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(LET_ALL_GO))?;
    execute!(tx, sqlx::query(CLEAR)).map(|_| ())
}
