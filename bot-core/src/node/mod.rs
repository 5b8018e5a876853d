//! Several programs on one PostgreSQL database: each raises a beat for as long as it lives, holds some of the accounts, and
//! takes over what a node held whose beat stands still.
//!
//! No clock of one machine is ever compared with that of another. A node counts by its own clock how long another's beat has
//! stood still before it buries it, and how long ago its own last beat began before it stops calling. Since the second time
//! is shorter than the first, and a buried node can beat no more, no two nodes call for one account at once.

mod news;
mod roll;
mod tenure;
#[cfg(test)]
mod tests;
mod watch;

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::Mutex;

use crate::chat::AccountId;
use crate::clock::{Clock, within};
use crate::ids::NodeId;
use crate::store::node::{self, About, StoredLease, StoredNode};
use crate::store::{Db, StoreError};
pub use news::{Neighbours, News, follow};
pub use roll::Roll;
use tenure::Standing;
pub use tenure::Tenure;
use watch::Watch;

/// How often a node beats, milliseconds.
pub const BEAT_MS: i64 = 2_000;
/// For how long after a beat began a node may call platforms, milliseconds.
pub const CALLS_FOR_MS: i64 = 8_000;
/// How long a beat stands still before its node is taken for gone, milliseconds. What lies between the two is left for a
/// call that is on its way, and for clocks that do not run alike.
pub const GONE_AFTER_MS: i64 = 12_000;
/// How often it is looked whether a node may call again, milliseconds.
const LOOK_MS: i64 = 200;
/// For how long a node leaves an account to others that hold fewer, milliseconds.
const LEFT_TO_OTHERS_MS: i64 = 8_000;
/// How long the database may take to answer a beat, milliseconds.
const ANSWER_MS: i64 = 5_000;
/// How often a step is tried again at once because another transaction came first.
const TRIES: u32 = 5;

/// Runs a step again while another transaction comes first. No function: what takes an async closure cannot be spawned.
macro_rules! again {
    ($step:expr) => {{
        let mut tries = 0;
        loop {
            match $step.await {
                Err(StoreError::Conflict(_)) if tries < TRIES => tries += 1,
                done => break done,
            }
        }
    }};
}

/// Whether a node can prove that another one's process has ended, by what both tell of themselves: its own and the other's.
pub type SeesGone = fn(&About, &About) -> bool;

/// This program as one of several.
pub struct Node {
    standing: Arc<Standing>,
    about: About,
    sees_gone: SeesGone,
    state: Mutex<State>,
}

struct State {
    db: Db,
    watch: Watch,
    /// What it holds, with the fence of each.
    held: BTreeMap<AccountId, i64>,
    /// Since when accounts are free that it left to others, by its own clock.
    free_since_ms: BTreeMap<AccountId, i64>,
}

/// What a turn brought.
#[derive(Default)]
pub struct Turn {
    /// Accounts that it holds from now on.
    pub taken: Vec<(AccountId, Tenure)>,
    /// How many other nodes live.
    pub others: usize,
    /// Whether this node holds all of the accounts.
    pub holds_all: bool,
}

impl Node {
    /// Joins those that serve the database, as what `about` tells of it. `db` is used for nothing else ([`Db::aside`]).
    /// Whose end `sees_gone` proves is not waited for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn join(
        db: Db,
        clock: Arc<dyn Clock>,
        id: NodeId,
        about: About,
        sees_gone: SeesGone,
    ) -> Result<Self, StoreError> {
        let began_ms = clock.now_ms();
        let mut tx = db.write_past().await?;
        node::enter(&mut tx, &id, &about, began_ms).await?;
        tx.commit().await?;
        let standing = Arc::new(Standing::new(clock, id));
        standing.good_until(began_ms + CALLS_FOR_MS);
        let state =
            State { db, watch: Watch::default(), held: BTreeMap::new(), free_since_ms: BTreeMap::new() };
        Ok(Self { standing, about, sees_gone, state: Mutex::new(state) })
    }

    /// Its id.
    pub fn id(&self) -> &NodeId {
        &self.standing.id
    }

    /// Returns when it is taken for gone, with the reason: then the program has to end.
    pub async fn ended(&self) -> String {
        self.standing.ended().await
    }

    /// Beats, looks at the others and takes what is free of `accounts`. To be called every [`BEAT_MS`].
    ///
    /// # Errors
    /// When the database fails, or does not answer in time.
    pub async fn turn(&self, accounts: &[AccountId]) -> Result<Turn, StoreError> {
        let mut state = self.state.lock().await;
        match within(&self.standing.clock, ANSWER_MS, self.turn_of(&mut state, accounts)).await {
            Some(done) => done,
            None => {
                // A connection that hangs is not asked again.
                state.db = state.db.aside()?;
                Err(StoreError::Open("the database does not answer".into()))
            }
        }
    }

    async fn turn_of(&self, state: &mut State, accounts: &[AccountId]) -> Result<Turn, StoreError> {
        self.beat(&state.db).await?;
        let (nodes, leases) = self.look(&state.db).await?;
        let now_ms = self.standing.clock.now_ms();
        self.recheck(state, &leases);
        let proven = nodes.iter().filter(|node| node.id != self.standing.id);
        let proven = proven.filter(|node| (self.sees_gone)(&self.about, &node.about));
        let mut gone = state.watch.gone(&self.standing.id, &nodes, now_ms);
        gone.extend(proven.map(|node| (node.id.clone(), node.beat)));
        for (id, beat) in gone {
            if again!(bury(&state.db, &id, beat))? {
                tracing::warn!(node = %id, "a node is gone; what it held is free");
            }
        }
        let (nodes, leases) = self.look(&state.db).await?;
        let mut turn = Turn { others: nodes.len().saturating_sub(1), ..Turn::default() };
        // What was taken in a turn that was broken off is ours as well.
        let is_own = |lease: &&StoredLease| {
            lease.node.as_ref() == Some(&self.standing.id) && !state.held.contains_key(&lease.account)
        };
        let mut fences: Vec<(AccountId, i64)> =
            leases.iter().filter(is_own).map(|lease| (lease.account.clone(), lease.fence)).collect();
        for account in self.to_take(state, accounts, &nodes, &leases, now_ms) {
            if let Some(fence) = again!(take(&state.db, &account, &self.standing))? {
                fences.push((account, fence));
            }
        }
        turn.holds_all = accounts.iter().all(|account| {
            state.held.contains_key(account) || fences.iter().any(|(taken, _)| taken == account)
        });
        for (account, fence) in fences {
            state.held.insert(account.clone(), fence);
            tracing::info!(%account, fence, "this node calls for the account from now on");
            turn.taken.push((account.clone(), Tenure::of(Arc::clone(&self.standing), account, fence)));
        }
        Ok(turn)
    }

    /// Beats. Counted from before the database was asked: the others see the beat after that.
    async fn beat(&self, db: &Db) -> Result<(), StoreError> {
        let began_ms = self.standing.clock.now_ms();
        if again!(beat(db, &self.standing.id, began_ms))? {
            self.standing.good_until(began_ms + CALLS_FOR_MS);
        } else {
            self.standing.end(
                "the other nodes took this one for gone, since it had not reached the database for too long",
            );
        }
        Ok(())
    }

    async fn look(&self, db: &Db) -> Result<(Vec<StoredNode>, Vec<StoredLease>), StoreError> {
        let mut tx = db.read().await?;
        Ok((node::all(&mut tx).await?, node::leases(&mut tx).await?))
    }

    /// Ends when somebody else holds what this one believes to hold.
    fn recheck(&self, state: &State, leases: &[StoredLease]) {
        for (account, fence) in &state.held {
            let holds = |lease: &StoredLease| {
                lease.account == *account
                    && lease.fence == *fence
                    && lease.node.as_ref() == Some(&self.standing.id)
            };
            if !leases.iter().any(holds) {
                self.standing.end(&format!("another node has taken {account} over"));
            }
        }
    }

    /// The accounts to be taken now. All that are free where no other node lives; else one at a time, and none above the fair
    /// share before the others had time to take it.
    fn to_take(
        &self,
        state: &mut State,
        accounts: &[AccountId],
        nodes: &[StoredNode],
        leases: &[StoredLease],
        now_ms: i64,
    ) -> Vec<AccountId> {
        let lives = |id: &NodeId| nodes.iter().any(|node| node.id == *id);
        if !self.standing.holds() || !lives(&self.standing.id) {
            return Vec::new();
        }
        let is_free = |account: &AccountId| {
            let lease = leases.iter().find(|lease| lease.account == *account);
            lease.and_then(|lease| lease.node.as_ref()).is_none_or(|holder| !lives(holder))
        };
        let free: Vec<&AccountId> = accounts.iter().filter(|account| is_free(account)).collect();
        state.free_since_ms.retain(|account, _| free.contains(&account));
        let share = accounts.len().div_ceil(nodes.len().max(1));
        let mut to_take = Vec::new();
        for account in free {
            let since_ms = *state.free_since_ms.entry(account.clone()).or_insert(now_ms);
            let is_alone = nodes.len() == 1;
            let is_due = state.held.len() < share || now_ms - since_ms >= LEFT_TO_OTHERS_MS;
            if is_alone || (to_take.is_empty() && is_due) {
                to_take.push(account.clone());
            }
        }
        to_take
    }

    /// Says goodbye: what it held is free at once. To be called when nothing of it calls any more.
    ///
    /// # Errors
    /// When the database fails; then the others wait until its beat has stood still for long enough.
    pub async fn leave(&self) -> Result<(), StoreError> {
        self.standing.end("it has said goodbye");
        let state = self.state.lock().await;
        let left = async { again!(leave(&state.db, &self.standing.id)) };
        let left = within(&self.standing.clock, ANSWER_MS, left).await;
        left.unwrap_or_else(|| Err(StoreError::Open("the database does not answer".into())))
    }
}

async fn beat(db: &Db, id: &NodeId, now_ms: i64) -> Result<bool, StoreError> {
    let mut tx = db.write_past().await?;
    let lives = node::beat(&mut tx, id, now_ms).await?;
    tx.commit().await?;
    Ok(lives)
}

async fn bury(db: &Db, id: &NodeId, beat: i64) -> Result<bool, StoreError> {
    let mut tx = db.write_past().await?;
    let buried = node::bury(&mut tx, id, beat).await?;
    tx.commit().await?;
    Ok(buried)
}

async fn leave(db: &Db, id: &NodeId) -> Result<(), StoreError> {
    let mut tx = db.write_past().await?;
    node::leave(&mut tx, id).await?;
    tx.commit().await
}

async fn take(db: &Db, account: &AccountId, standing: &Standing) -> Result<Option<i64>, StoreError> {
    let mut tx = db.write_past().await?;
    let fence = node::take(&mut tx, account, &standing.id, standing.clock.now_ms()).await?;
    tx.commit().await?;
    Ok(fence)
}
