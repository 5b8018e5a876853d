//! This program as one of several on a PostgreSQL database: its beats, and what it does for the accounts that come to it.

use std::collections::BTreeMap;
use std::sync::Arc;

use bot_core::chat::{AccountId, EventSink, Platform};
use bot_core::courier::Courier;
use bot_core::hall::Hall;
use bot_core::node::{BEAT_MS, Node, Tenure, follow};
use bot_core::store::DbKind;
use bot_core::store::node::About;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::process;

/// Who stood by for longer than this reads again what it has in memory, milliseconds: another node worked meanwhile.
const STOOD_BY_MS: i64 = 3_000;

/// Joins the nodes of a database; `None` on SQLite, which one program serves.
///
/// # Errors
/// One sentence when the database fails.
pub(crate) async fn join(config: &Config, hall: &Hall) -> Result<Option<Arc<Node>>, String> {
    if hall.db.kind() == DbKind::Sqlite {
        return Ok(None);
    }
    let db = hall.db.aside().map_err(|error| error.to_string())?;
    let about = About {
        name: config.node.name(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        address: format!("http://{}", config.server.listen),
        process: process::own(),
    };
    let node = Node::join(db, Arc::clone(&hall.clock), hall.ids.next(), about, is_former_self).await;
    let node = node.map_err(|error| error.to_string())?;
    hall.neighbours.this_is(node.id());
    Ok(Some(Arc::new(node)))
}

/// Whether another node was this one before it was started anew: it has the same name, and its process is gone.
fn is_former_self(own: &About, other: &About) -> bool {
    own.name == other.name && process::is_gone(&own.process, &other.process)
}

/// The beats of this node.
pub(crate) struct Beats {
    node: Arc<Node>,
    hall: Arc<Hall>,
    stop: CancellationToken,
    /// Who waits for which account.
    waiting: BTreeMap<AccountId, oneshot::Sender<Tenure>>,
    beating: Option<[JoinHandle<()>; 2]>,
}

impl Beats {
    pub(crate) fn new(node: Arc<Node>, hall: Arc<Hall>, stop: CancellationToken) -> Self {
        Self { node, hall, stop, waiting: BTreeMap::new(), beating: None }
    }

    /// Begins to beat, and to take accounts.
    pub(crate) fn start(mut self) -> Self {
        let beating = beat(
            Arc::clone(&self.node),
            Arc::clone(&self.hall),
            self.stop.clone(),
            std::mem::take(&mut self.waiting),
        );
        let hearing = follow(Arc::clone(&self.hall), self.node.id().clone());
        self.beating = Some([tokio::spawn(beating), tokio::spawn(hearing)]);
        self
    }

    /// Returns when this node is taken for gone, with the reason.
    pub(crate) async fn ended(&self) -> String {
        self.node.ended().await
    }

    /// Says goodbye, when nothing calls any more.
    pub(crate) async fn stop(mut self) {
        for task in self.beating.take().into_iter().flatten() {
            task.abort();
            // Aborted or over: it beats and listens no more.
            let _ = task.await;
        }
        if let Err(error) = self.node.leave().await {
            tracing::warn!(%error, "the other nodes were not told; they take over when this one has been silent for a while");
        }
    }
}

async fn beat(
    node: Arc<Node>,
    hall: Arc<Hall>,
    stop: CancellationToken,
    mut waiting: BTreeMap<AccountId, oneshot::Sender<Tenure>>,
) {
    let accounts: Vec<AccountId> = waiting.keys().cloned().collect();
    loop {
        let due_ms = hall.now_ms() + BEAT_MS;
        // Whoever stops beats on until all that is in hand is done, and takes nothing more.
        let wanted = if stop.is_cancelled() { &[][..] } else { &accounts };
        match node.turn(wanted).await {
            Ok(turn) => {
                for (account, tenure) in turn.taken {
                    if let Some(waits) = waiting.remove(&account) {
                        // Nobody waits any more when the program is stopping.
                        let _ = waits.send(tenure);
                    }
                }
                hall.share(turn.others > 0, turn.holds_all).await;
            }
            Err(error) => tracing::warn!(%error, "this node could not say that it lives"),
        }
        hall.clock.until(due_ms).await;
    }
}

/// What tells when an account may be called for: at once where one program serves the database.
pub(crate) fn tenure(beats: Option<&mut Beats>, account: &AccountId) -> oneshot::Receiver<Tenure> {
    let (give, tenure) = oneshot::channel();
    match beats {
        Some(beats) => _ = beats.waiting.insert(account.clone(), give),
        // The other end is in the same function.
        None => _ = give.send(Tenure::alone()),
    }
    tenure
}

/// All that is done for an account.
pub(crate) struct Post {
    pub(crate) hall: Arc<Hall>,
    pub(crate) platform: Arc<dyn Platform>,
    pub(crate) sink: EventSink,
    pub(crate) stop: CancellationToken,
}

impl Post {
    /// Stands by until the account comes to this node, then drains its outbox and hears its platform.
    pub(crate) async fn serve(self, tenure: oneshot::Receiver<Tenure>) {
        let began_ms = self.hall.now_ms();
        let tenure = tokio::select! {
            Ok(tenure) = tenure => tenure,
            () = self.stop.cancelled() => return,
            else => return,
        };
        let Self { hall, platform, sink, stop } = self;
        if hall.now_ms() - began_ms > STOOD_BY_MS
            && let Err(error) = hall.read_all().await
        {
            tracing::error!(%error, account = %platform.account(), "what another node has changed could not all be read");
        }
        let courier = Arc::new(Courier::new(hall, Arc::clone(&platform)).under(tenure.clone()));
        let mut both = JoinSet::new();
        let token = stop.clone();
        both.spawn(async move { courier.run(token).await });
        both.spawn(async move { hear(platform.as_ref(), &tenure, &sink, &stop).await });
        while both.join_next().await.is_some() {}
    }
}

/// Hears a platform for as long as this node may call it, and again when it may again.
async fn hear(platform: &dyn Platform, tenure: &Tenure, sink: &EventSink, stop: &CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tenure.until_it_holds() => {}
        }
        if tenure.guard(platform.run(sink.clone())).await.is_some() {
            return;
        }
        platform.stand_down().await;
        tracing::warn!(account = %platform.account(), "this node does not reach the database and has stopped calling");
    }
}
