//! Two nodes on one database: who calls, who takes over, and who is refused.

use std::sync::Mutex as Lock;

use async_trait::async_trait;
use futures::FutureExt as _;

use super::*;
use crate::chat::{
    Action, Address, Call, Capabilities, Content, Delivered, EventSink, Lane, MessageKey, Outcome, Pace,
    Platform, Rate, RenderPlan,
};
use crate::clock::VirtualClock;
use crate::courier::Courier;
use crate::error::Result as Told;
use crate::feature::{Feature, Manifest, Receipt, Registry};
use crate::hall::Hall;
use crate::ids::OutboxId;
use crate::store::outbox::State as RowState;
use crate::store::testing::{group, on_both, on_both_with, outbox};
use crate::store::{DbKind, chat};
use crate::work::{Origin, Outgoing, Place, Work};

const START_MS: i64 = 1_000_000;

/// One end of a platform that confirms every call; both ends write into one log.
struct End {
    account: AccountId,
    name: &'static str,
    log: Arc<Lock<Vec<&'static str>>>,
    hangs: bool,
}

#[async_trait]
impl Platform for End {
    fn account(&self) -> &AccountId {
        &self.account
    }

    fn name(&self) -> &'static str {
        self.name
    }

    fn capabilities(&self, _to: &Address) -> Capabilities {
        Capabilities::default()
    }

    fn plan(&self, _to: &Address, action: &Action) -> RenderPlan {
        let calls = vec![Call { method: action.word().to_owned(), action: action.clone() }];
        RenderPlan { calls, losses: Vec::new() }
    }

    async fn perform(&self, _to: &Address, _call: &Call, _nonce: OutboxId) -> Outcome {
        if self.hangs {
            std::future::pending::<()>().await;
        }
        self.log.lock().unwrap().push(self.name);
        Outcome::Sent(Delivered { message: Some(MessageKey(self.name.to_owned())), ..Delivered::default() })
    }

    fn pace(&self) -> Pace {
        let rate = Rate { count: 1_000, per_ms: 1_000 };
        Pace { account: rate, chat: rate, group: rate }
    }

    async fn run(&self, sink: EventSink) {
        sink.closed().await;
    }
}

/// A node with a clock of its own, which tells another time than that of the next one.
struct Peer {
    node: Node,
    clock: Arc<VirtualClock>,
    accounts: Vec<AccountId>,
}

fn named(name: &str) -> About {
    About { name: name.into(), ..About::default() }
}

/// A node here is proven to be gone when its process says so.
fn is_gone(_: &About, other: &About) -> bool {
    other.process == "gone"
}

impl Peer {
    async fn join(db: &Db, name: &str, began_ms: i64) -> Self {
        let clock = Arc::new(VirtualClock::at(began_ms));
        let node =
            Node::join(db.clone(), Arc::clone(&clock) as _, name.into(), named(name), is_gone).await.unwrap();
        Self { node, clock, accounts: vec!["telegram".into()] }
    }

    async fn turn(&self) -> Turn {
        self.node.turn(&self.accounts).await.unwrap()
    }

    fn later(&self, by_ms: i64) {
        self.clock.move_to(self.clock.now_ms() + by_ms);
    }

    /// Beats for a time, and gives what came to it meanwhile.
    async fn beats_for(&self, ms: i64) -> Vec<(AccountId, Tenure)> {
        let mut taken = Vec::new();
        for _ in 0..ms / BEAT_MS {
            self.later(BEAT_MS);
            taken.extend(self.turn().await.taken);
        }
        taken
    }

    /// Whether it was taken for gone, and why.
    fn why_ended(&self) -> Option<String> {
        self.node.ended().now_or_never()
    }
}

fn courier(
    hall: &Arc<Hall>,
    name: &'static str,
    log: &Arc<Lock<Vec<&'static str>>>,
    tenure: &Tenure,
) -> Courier {
    let end = End { account: "telegram".into(), name, log: Arc::clone(log), hangs: false };
    Courier::new(Arc::clone(hall), Arc::new(end)).under(tenure.clone())
}

/// Puts messages down, each for a group of its own.
async fn put_down(hall: &Arc<Hall>, titles: &[&str]) {
    let mut work = hall.begin().await.unwrap();
    for title in titles {
        let chat = group(work.tx().await.unwrap(), "telegram", title).await;
        work.send(Outgoing::new(Place::chat(&chat.id), Lane::Bulk, Action::Send(Content::text(*title))));
    }
    work.commit().await.unwrap();
}

#[test]
fn a_node_that_dies_without_goodbye_is_replaced_and_refused_when_it_comes_back() {
    let features = || Registry::new(Vec::new());
    on_both_with(features, async |hall, clock| {
        let log = Arc::default();
        put_down(&hall, &["a", "b", "c"]).await;
        let one = Peer::join(&hall.db, "N1", START_MS).await;
        let (account, first) = one.turn().await.taken.remove(0);
        assert_eq!((account.as_str(), first.fence()), ("telegram", Some(1)));
        // The clock of the other one is a day ahead: nobody compares.
        let other = Peer::join(&hall.db, "N2", START_MS + 86_400_000).await;
        assert!(other.turn().await.taken.is_empty());
        let before = courier(&hall, "one", &log, &first);
        let mut in_hand = before.claim(32, 2).await.unwrap().jobs;
        assert_eq!(in_hand.len(), 2);
        let done = before.perform(in_hand.remove(0)).await;

        // From here on it beats no more.
        assert!(other.beats_for(GONE_AFTER_MS - BEAT_MS).await.is_empty(), "not before the time");
        one.later(CALLS_FOR_MS);
        assert!(!first.holds(), "it stopped calling before anybody could take over");
        let late = before.perform(in_hand.remove(0)).await;
        assert_eq!(*log.lock().unwrap(), ["one"], "nothing is called out of tenure");
        assert!(before.claim(32, 24).await.unwrap().jobs.is_empty());
        let (_, second) = other.beats_for(2 * BEAT_MS).await.remove(0);
        assert_eq!(second.fence(), Some(2));

        // Which of the two in hand went out, the new holder cannot know.
        let after = courier(&hall, "other", &log, &second);
        after.recover().await.unwrap();
        clock.move_to(clock.now_ms() + 1_000);
        for refused in [before.settle(&[done]).await, before.settle(&[late]).await] {
            assert!(matches!(refused, Err(StoreError::Fenced(_))), "{refused:?}");
        }
        let mut claimed = after.claim(32, 24).await.unwrap().jobs;
        let done = after.perform(claimed.remove(0)).await;
        after.settle(&[done]).await.unwrap();
        assert_eq!(*log.lock().unwrap(), ["one", "other"]);
        let states: Vec<RowState> =
            outbox(&mut hall.db.read().await.unwrap()).await.iter().map(|row| row.state).collect();
        assert_eq!(states, [RowState::Unknown, RowState::Unknown, RowState::Sent]);

        // The former one is back: it learns that it is taken for gone, and calls never again.
        assert!(one.why_ended().is_none());
        one.turn().await;
        assert!(one.why_ended().unwrap().contains("took this one for gone"));
        assert!(!first.holds() && first.is_over());
    });
}

#[test]
fn a_claim_under_a_fence_that_has_risen_is_refused() {
    on_both(async |hall| {
        put_down(&hall, &["a"]).await;
        let one = Peer::join(&hall.db, "N1", START_MS).await;
        let (_, first) = one.turn().await.taken.remove(0);
        // Taken over while the former one still believes itself to be good, as by a hand in the database.
        let mut tx = hall.db.write().await.unwrap();
        assert!(node::bury(&mut tx, &"N1".into(), 2).await.unwrap());
        node::enter(&mut tx, &"N2".into(), &named("other"), 1).await.unwrap();
        assert_eq!(node::take(&mut tx, &"telegram".into(), &"N2".into(), 1).await.unwrap(), Some(2));
        tx.commit().await.unwrap();
        assert!(first.holds());
        let refused = courier(&hall, "one", &Arc::default(), &first).claim(32, 24).await;
        assert!(matches!(refused, Err(StoreError::Fenced(_))), "{refused:?}");
        let left = outbox(&mut hall.db.read().await.unwrap()).await;
        assert_eq!(left[0].state, RowState::Queued, "nothing of it happened");
    });
}

#[test]
fn a_node_that_was_without_the_database_for_a_while_goes_on_with_what_it_holds() {
    on_both(async |hall| {
        let one = Peer::join(&hall.db, "N1", START_MS).await;
        let (_, tenure) = one.turn().await.taken.remove(0);
        one.later(60_000);
        assert!(!tenure.holds());
        assert!(one.turn().await.taken.is_empty(), "it is its own still");
        assert!(tenure.holds() && one.why_ended().is_none());
    });
}

#[test]
fn a_call_is_given_up_when_the_tenure_lapses() {
    on_both(async |hall| {
        put_down(&hall, &["a"]).await;
        let one = Peer::join(&hall.db, "N1", START_MS).await;
        let (_, tenure) = one.turn().await.taken.remove(0);
        let end = End { account: "telegram".into(), name: "one", log: Arc::default(), hangs: true };
        let courier = Courier::new(Arc::clone(&hall), Arc::new(end)).under(tenure);
        let job = courier.claim(32, 24).await.unwrap().jobs.remove(0);
        let mut done = std::pin::pin!(courier.perform(job));
        assert!(done.as_mut().now_or_never().is_none(), "no answer comes");
        one.later(CALLS_FOR_MS);
        courier.settle(&[done.await]).await.unwrap();
        let left = outbox(&mut hall.db.read().await.unwrap()).await;
        assert_eq!(left[0].state, RowState::Unknown);
    });
}

#[test]
fn accounts_are_spread_one_by_one_and_what_somebody_lets_go_of_is_free_at_once() {
    on_both(async |hall| {
        let names = ["a", "b", "c", "d"].map(AccountId::from);
        let mut one = Peer::join(&hall.db, "N1", START_MS).await;
        let mut other = Peer::join(&hall.db, "N2", START_MS).await;
        (one.accounts, other.accounts) = (names.to_vec(), names.to_vec());
        let mut held = [0, 0];
        for _ in 0..2 {
            held[0] += one.turn().await.taken.len();
            held[1] += other.turn().await.taken.len();
        }
        assert_eq!(held, [2, 2]);
        one.node.leave().await.unwrap();
        assert_eq!(other.turn().await.taken.len(), 2, "alone, it takes all");
    });
}

#[test]
fn what_the_others_do_not_take_is_taken_above_the_fair_share_after_a_while() {
    on_both(async |hall| {
        let mut one = Peer::join(&hall.db, "N1", START_MS).await;
        let mut other = Peer::join(&hall.db, "N2", START_MS).await;
        one.accounts = ["a", "b"].map(AccountId::from).to_vec();
        other.accounts = Vec::new();
        assert_eq!(one.turn().await.taken.len(), 1);
        for _ in 0..LEFT_TO_OTHERS_MS / BEAT_MS - 1 {
            other.beats_for(BEAT_MS).await;
            assert!(one.beats_for(BEAT_MS).await.is_empty());
        }
        other.beats_for(2 * BEAT_MS).await;
        assert_eq!(one.beats_for(2 * BEAT_MS).await.len(), 1);
    });
}

#[test]
fn whose_process_is_seen_to_have_ended_is_not_waited_for() {
    on_both(async |hall| {
        put_down(&hall, &["a"]).await;
        let clock: Arc<VirtualClock> = Arc::new(VirtualClock::at(START_MS));
        let about = About { process: "gone".into(), ..named("one") };
        let one = Node::join(hall.db.clone(), clock, "N1".into(), about, is_gone).await.unwrap();
        let (_, first) = one.turn(&["telegram".into()]).await.unwrap().taken.remove(0);
        let other = Peer::join(&hall.db, "N2", START_MS + 5).await;
        let turn = other.turn().await;
        assert_eq!((turn.taken.len(), turn.others, turn.holds_all), (1, 0, true));
        let refused = courier(&hall, "one", &Arc::default(), &first).claim(32, 24).await;
        assert!(matches!(refused, Err(StoreError::Fenced(_))), "{refused:?}");
    });
}

/// A feature that counts what it hears.
struct Listener;

static LISTENER: Manifest =
    Manifest { name: "listener", commands: &[], timers: &[], buttons: &[], forms: &[], pages: &[] };

#[async_trait]
impl Feature for Listener {
    fn manifest(&self) -> &'static Manifest {
        &LISTENER
    }

    async fn on_receipts(&self, work: &mut Work, receipts: &[Receipt]) -> Told<()> {
        for _ in receipts {
            chat::next_number(work.tx().await?, "heard").await?;
        }
        Ok(())
    }
}

#[test]
fn what_a_lost_answer_of_the_database_left_leased_is_let_go_and_nothing_is_told_twice() {
    let features = || Registry::new(vec![Arc::new(Listener) as _]);
    on_both_with(features, async |hall, _clock| {
        let mut work = hall.begin().await.unwrap();
        for title in ["a", "b"] {
            let chat = group(work.tx().await.unwrap(), "telegram", title).await;
            let send = Outgoing::new(Place::chat(&chat.id), Lane::Bulk, Action::Send(Content::text(title)));
            work.send(send.heard_by(Origin::new("listener", "x", title)));
        }
        work.commit().await.unwrap();
        let log = Arc::default();
        let courier = courier(&hall, "one", &log, &Tenure::alone());
        let states = async || -> Vec<RowState> {
            outbox(&mut hall.db.read().await.unwrap()).await.iter().map(|row| row.state).collect()
        };

        // The commit was kept, and nobody heard of it.
        drop(courier.claim(32, 24).await.unwrap());
        assert_eq!(states().await, [RowState::Leased; 2]);
        courier.let_go().await.unwrap();
        assert_eq!(states().await, [RowState::Queued; 2]);

        let mut done = Vec::new();
        for job in courier.claim(32, 24).await.unwrap().jobs {
            done.push(courier.perform(job).await);
        }
        courier.settle(&done[..1]).await.unwrap();
        courier.settle_again(&done).await.unwrap();
        assert_eq!(states().await, [RowState::Sent; 2]);
        let mut work = hall.begin().await.unwrap();
        assert_eq!(chat::next_number(work.tx().await.unwrap(), "heard").await.unwrap(), 3, "two were heard");
        assert_eq!(log.lock().unwrap().len(), 2);
    });
}

#[test]
fn a_commit_wakes_the_other_nodes() {
    on_both(async |hall| {
        if hall.db.kind() == DbKind::Sqlite {
            assert!(crate::store::news::Ears::open(&hall.db).await.is_err());
            return;
        }
        // One hall is both: what it commits as the first node it hears as the second.
        hall.neighbours.this_is(&"N1".into());
        hall.share(true, false).await;
        let mut bell = hall.bells.outbox.listen();
        let before = *bell.borrow_and_update();
        let hearing = tokio::spawn(follow(Arc::clone(&hall), "N2".into()));
        bell.wait_for(|rings| *rings > before).await.unwrap();
        let listening = *bell.borrow_and_update();
        put_down(&hall, &["a"]).await;
        bell.wait_for(|rings| *rings >= listening + 2).await.unwrap();
        hearing.abort();
    });
}
