//! `GET /api/v1/nodes`.

use axum::Json;
use axum::extract::State;
use bot_core::node::Roll;
use bot_core::roster::Permission;
use bot_core::store::node::{StoredLease, StoredNode};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::problem::{Problem, Problems};
use crate::state::Console;

/// An account that a node holds, or that nobody holds just now.
#[derive(Serialize, ToSchema)]
pub(crate) struct Lease {
    /// The account.
    account: String,
    /// How many nodes have held it so far.
    fence: i64,
    /// Since when, unix milliseconds by the clock of the node that took it.
    since_ms: i64,
}

/// A program that serves the database.
#[derive(Serialize, ToSchema)]
pub(crate) struct Node {
    /// Another one at each start.
    id: String,
    /// What people call it.
    name: String,
    /// The program's version.
    version: String,
    /// Where its console listens.
    address: String,
    /// When it started, unix milliseconds by its own clock.
    started_at_ms: i64,
    /// When it last said that it lives, unix milliseconds by its own clock.
    beat_at_ms: i64,
    /// The accounts that it holds; none when it stands by.
    holds: Vec<Lease>,
}

/// Who serves the database.
#[derive(Serialize, ToSchema)]
pub(crate) struct Nodes {
    /// Each node, the oldest first; none where one program serves the database alone (SQLite).
    nodes: Vec<Node>,
    /// Accounts that nobody holds just now.
    free: Vec<Lease>,
}

impl From<StoredLease> for Lease {
    fn from(lease: StoredLease) -> Self {
        Self { account: lease.account.to_string(), fence: lease.fence, since_ms: lease.since_ms }
    }
}

impl From<(StoredNode, Vec<StoredLease>)> for Node {
    fn from((node, held): (StoredNode, Vec<StoredLease>)) -> Self {
        Self {
            id: node.id.to_string(),
            name: node.about.name,
            version: node.about.version,
            address: node.about.address,
            started_at_ms: node.started_at_ms,
            beat_at_ms: node.beat_at_ms,
            holds: held.into_iter().map(Lease::from).collect(),
        }
    }
}

/// The programs that serve the database side by side, and the accounts that each of them holds.
#[utoipa::path(get, path = "/nodes", responses((status = 200, body = Nodes), Problems))]
pub(crate) async fn list(State(console): State<Console>, caller: Caller) -> Result<Json<Nodes>, Problem> {
    caller.may(Permission::Administer)?;
    let Roll { nodes, free } = Roll::read(&mut console.hall.db.read().await?).await?;
    Ok(Json(Nodes {
        nodes: nodes.into_iter().map(Node::from).collect(),
        free: free.into_iter().map(Lease::from).collect(),
    }))
}
