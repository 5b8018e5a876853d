//! What one commit of the courier holds, and what it does with what was in hand at a kill.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;

use super::{Courier, InHand, MUCH_DONE};
use crate::chat::{
    AccountId, Action, Address, Call, Capabilities, Content, Delivered, EventSink, Lane, MessageKey,
    MessageRef, Outcome, Pace, Platform, Rate, RenderPlan,
};
use crate::clock::Clock as _;
use crate::feature::Registry;
use crate::hall::Hall;
use crate::ids::OutboxId;
use crate::store::DbKind;
use crate::store::outbox::State;
use crate::store::testing::{
    fill_disk, group, make_room, on_both, on_both_with, outbox, remove_queued, spoil_queued,
};
use crate::work::{Outgoing, Place};

/// A platform that confirms every call, and remembers for which actions there were any.
struct Willing(AccountId, Mutex<Vec<OutboxId>>);

#[async_trait]
impl Platform for Willing {
    fn account(&self) -> &AccountId {
        &self.0
    }

    fn name(&self) -> &'static str {
        "Willing"
    }

    fn capabilities(&self, _to: &Address) -> Capabilities {
        Capabilities::default()
    }

    fn plan(&self, _to: &Address, action: &Action) -> RenderPlan {
        let calls = vec![Call { method: action.word().to_owned(), action: action.clone() }];
        RenderPlan { calls, losses: Vec::new() }
    }

    async fn perform(&self, _to: &Address, _call: &Call, nonce: OutboxId) -> Outcome {
        self.1.lock().unwrap().push(nonce.clone());
        // A key that takes room where it is written down.
        let key = format!("{nonce}{}", "-".repeat(600));
        Outcome::Sent(Delivered { message: Some(MessageKey(key)), ..Delivered::default() })
    }

    fn pace(&self) -> Pace {
        let rate = Rate { count: 1_000, per_ms: 1_000 };
        Pace { account: rate, chat: rate, group: rate }
    }

    async fn run(&self, sink: EventSink) {
        sink.closed().await;
    }
}

fn courier(hall: &Arc<Hall>) -> Arc<Courier> {
    courier_to(hall, Arc::new(Willing("telegram".into(), Mutex::default())))
}

fn courier_to(hall: &Arc<Hall>, platform: Arc<Willing>) -> Arc<Courier> {
    Arc::new(Courier::new(Arc::clone(hall), platform))
}

/// Puts one action down for each group.
async fn put_down(hall: &Arc<Hall>, lane: Lane, action: &Action, titles: &[&str]) {
    let mut work = hall.begin().await.unwrap();
    for title in titles {
        let chat = group(work.tx().await.unwrap(), "telegram", title).await;
        work.send(Outgoing::new(Place::chat(&chat.id), lane, action.clone()));
    }
    work.commit().await.unwrap();
}

async fn states(hall: &Arc<Hall>) -> Vec<State> {
    outbox(&mut hall.db.read().await.unwrap()).await.iter().map(|row| row.state).collect()
}

fn hello() -> Action {
    Action::Send(Content::text("hello"))
}

#[test]
fn what_may_be_repeated_and_was_in_hand_at_a_kill_goes_out_at_once() {
    on_both(async |hall| {
        let delete = Action::Delete { messages: vec![MessageRef::Key("m1".into())] };
        put_down(&hall, Lane::Urgent, &delete, &["a"]).await;
        assert_eq!(courier(&hall).claim(32, 24).await.unwrap().jobs.len(), 1);
        // The program is gone with it in hand, and another one starts.
        let next = courier(&hall);
        next.recover().await.unwrap();
        assert!(next.next_at().await.unwrap().unwrap() <= hall.now_ms(), "no failure to wait after");
        assert_eq!(next.claim(32, 24).await.unwrap().jobs.len(), 1);
    });
}

#[test]
fn what_is_done_and_what_comes_in_its_place_are_one_commit() {
    on_both(async |hall| {
        put_down(&hall, Lane::Bulk, &hello(), &["a", "b", "c"]).await;
        let courier = courier(&hall);
        let mut jobs = courier.claim(0, 1).await.unwrap().jobs;
        let done = courier.perform(jobs.remove(0)).await;
        let claimed = courier.turn(&[done], 32, 1).await.unwrap();
        assert_eq!(states(&hall).await, [State::Sent, State::Leased, State::Queued]);
        assert_eq!(claimed.jobs.len(), 1);
        assert_eq!(claimed.look_again_at, i64::MAX, "no hand is free for the third");
    });
}

#[test]
fn a_row_that_cannot_be_read_keeps_nobody_from_writing_down_what_is_done() {
    on_both(async |hall| {
        put_down(&hall, Lane::Talk, &hello(), &["a", "b"]).await;
        let courier = courier(&hall);
        let mut jobs = courier.claim(1, 0).await.unwrap().jobs;
        let mut tx = hall.db.write().await.unwrap();
        spoil_queued(&mut tx).await;
        tx.commit().await.unwrap();
        let done = courier.perform(jobs.remove(0)).await;
        let mut in_hand = InHand { over: vec![Ok(done)], ..InHand::default() };
        let look_again_at = courier.go_on(&mut in_hand, false).await;
        assert!(look_again_at > hall.now_ms(), "the rest waits");
        let mut tx = hall.db.write().await.unwrap();
        remove_queued(&mut tx).await;
        tx.commit().await.unwrap();
        assert_eq!(states(&hall).await, [State::Sent]);
    });
}

#[test]
fn what_is_urgent_is_taken_in_hand_before_much_is_written_down() {
    on_both(async |hall| {
        let titles: Vec<String> = (0..=MUCH_DONE).map(|at| format!("g{at}")).collect();
        let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
        put_down(&hall, Lane::Bulk, &hello(), &titles).await;
        let courier = courier(&hall);
        let mut in_hand = InHand::default();
        for job in courier.claim(0, MUCH_DONE).await.unwrap().jobs {
            in_hand.over.push(Ok(courier.perform(job).await));
        }
        // The turn that would take the last one in hand fails, and all that it does with it.
        let mut tx = hall.db.write().await.unwrap();
        spoil_queued(&mut tx).await;
        tx.commit().await.unwrap();
        let delete = Action::Delete { messages: vec![MessageRef::Key("m1".into())] };
        put_down(&hall, Lane::Urgent, &delete, &["a"]).await;
        courier.go_on(&mut in_hand, false).await;
        assert_eq!((in_hand.others.len(), in_hand.bulk.len()), (1, 0));
    });
}

/// On SQLite alone: there a test can say how large the file may get.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the database refuses meanwhile, and its time is the machine's"
)]
fn a_full_disk_holds_up_what_was_sent_until_there_is_room_and_nothing_goes_out_twice() {
    on_both_with(
        || Registry::new(Vec::new()),
        async |hall, clock| {
            if hall.db.kind() == DbKind::Postgres {
                return;
            }
            let titles: Vec<String> = (0..60).map(|at| format!("g{at}")).collect();
            put_down(&hall, Lane::Bulk, &hello(), &titles.iter().map(String::as_str).collect::<Vec<_>>())
                .await;
            let platform = Arc::new(Willing("telegram".into(), Mutex::default()));
            let courier = courier_to(&hall, Arc::clone(&platform));
            let mut in_hand = InHand::default();
            for job in courier.claim(0, 40).await.unwrap().jobs {
                in_hand.over.push(Ok(courier.perform(job).await));
            }
            fill_disk(&hall).await;
            let going = Arc::clone(&courier);
            let mut settling = tokio::spawn(async move {
                going.go_on(&mut in_hand, false).await;
                in_hand
            });
            assert!(
                tokio::time::timeout(Duration::from_millis(300), &mut settling).await.is_err(),
                "it waits"
            );
            make_room(&hall).await;
            while !settling.is_finished() {
                clock.move_to(clock.now_ms() + 1_000);
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            assert_eq!(states(&hall).await.iter().filter(|state| **state == State::Sent).count(), 40);
            let mut in_hand = settling.await.unwrap();
            while states(&hall).await.iter().any(|state| *state != State::Sent) {
                clock.move_to(clock.now_ms() + 1_000);
                in_hand.some_over().await;
                courier.go_on(&mut in_hand, false).await;
            }
            let mut called = platform.1.lock().unwrap().clone();
            called.sort();
            called.dedup();
            assert_eq!((called.len(), platform.1.lock().unwrap().len()), (60, 60), "each once");
        },
    );
}
