//! A program as one of several on one database: it beats, and stands by until an account comes to it, as `src/node.rs` does.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bot_core::chat::{AccountId, EventSink, Platform};
use bot_core::courier::Courier;
use bot_core::hall::Hall;
use bot_core::node::{BEAT_MS, Node, Tenure};
use bot_core::store::node::About;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::node::{Part, Serves};

/// Who stood by for longer than this reads again what it has in memory, milliseconds.
const STOOD_BY_MS: i64 = 3_000;

/// What came to this node so far.
type Taken = BTreeMap<AccountId, Tenure>;

/// The parts of a program that shares its database: beats, and for each account what drains its outbox and what hears it.
pub async fn parts(
    hall: &Arc<Hall>,
    platforms: Vec<Arc<dyn Platform>>,
    sink: &EventSink,
    has_ended: &Arc<AtomicBool>,
    serves: Serves,
) -> Vec<Part> {
    let id = hall.ids.next();
    let about = About { name: "simulated".into(), ..About::default() };
    // No node sees another one's process here: each is watched for its beat.
    let node = Node::join(hall.db.clone(), Arc::clone(&hall.clock), id, about, |_, _| false).await.unwrap();
    let node = Arc::new(node);
    let (give, taken) = watch::channel(Taken::new());
    let accounts: Vec<AccountId> = platforms.iter().map(|platform| platform.account().clone()).collect();
    let (watched, ended) = (Arc::clone(&node), Arc::clone(has_ended));
    let mut parts = vec![
        Part::new(beat(node, Arc::clone(hall), accounts, give)),
        Part::new(async move {
            watched.ended().await;
            ended.store(true, Ordering::Release);
        }),
    ];
    for platform in platforms {
        parts.push(Part::new(drain(Arc::clone(hall), Arc::clone(&platform), taken.clone(), serves)));
        parts.push(Part::new(hear(platform, taken.clone(), sink.clone())));
    }
    parts
}

async fn beat(node: Arc<Node>, hall: Arc<Hall>, accounts: Vec<AccountId>, give: watch::Sender<Taken>) {
    loop {
        let due_ms = hall.now_ms() + BEAT_MS;
        if let Ok(turn) = node.turn(&accounts).await {
            give.send_modify(|taken| taken.extend(turn.taken));
            hall.share(turn.others > 0, turn.holds_all).await;
        }
        hall.clock.until(due_ms).await;
    }
}

/// The right to call for an account, once it has come.
async fn tenure(mut taken: watch::Receiver<Taken>, account: &AccountId) -> Tenure {
    loop {
        let found = taken.borrow_and_update().get(account).cloned();
        match found {
            Some(tenure) => return tenure,
            None if taken.changed().await.is_err() => return std::future::pending().await,
            None => {}
        }
    }
}

async fn drain(hall: Arc<Hall>, platform: Arc<dyn Platform>, taken: watch::Receiver<Taken>, serves: Serves) {
    let began_ms = hall.now_ms();
    let tenure = tenure(taken, platform.account()).await;
    if hall.now_ms() - began_ms > STOOD_BY_MS {
        hall.read_all().await.unwrap();
    }
    let courier = Courier::new(hall, platform);
    let courier = if serves == Serves::Heedless { courier } else { courier.under(tenure) };
    Arc::new(courier).run(CancellationToken::new()).await;
}

async fn hear(platform: Arc<dyn Platform>, taken: watch::Receiver<Taken>, sink: EventSink) {
    let tenure = tenure(taken, platform.account()).await;
    loop {
        tenure.until_it_holds().await;
        if tenure.guard(platform.run(sink.clone())).await.is_some() {
            return;
        }
        platform.stand_down().await;
    }
}
