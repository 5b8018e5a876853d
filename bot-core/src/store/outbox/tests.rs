//! The outbox, on both databases: what is next, what is in hand, and how it ends.

use super::{NewOutbox, State};
use crate::chat::{Action, Content, Delivered, Lane};
use crate::ids::OutboxId;
use crate::store::testing::{group, on_both};
use crate::store::{Tx, outbox};
use crate::work::{Origin, Outgoing, Place};

/// Puts texts down for the chat `c-TITLE`; each is its own id.
async fn put(tx: &mut Tx, title: &str, lane: Lane, ids: &[&str]) {
    let chat = format!("c-{title}").as_str().into();
    let rows: Vec<NewOutbox> = ids
        .iter()
        .map(|id| NewOutbox {
            id: OutboxId::from(*id),
            out: Outgoing::new(Place::chat(&chat), lane, Action::Send(Content::text(*id))),
            created_at_ms: 1,
        })
        .collect();
    outbox::insert_many(tx, &rows).await.unwrap();
}

async fn ready(tx: &mut Tx, lane: Lane, now_ms: i64) -> Vec<String> {
    let (rows, some_held) = outbox::ready(tx, &"sandbox".into(), lane, now_ms, 10).await.unwrap();
    assert!(!some_held);
    rows.into_iter().map(|row| row.id.0).collect()
}

async fn end(tx: &mut Tx, id: &str, state: State) {
    let mut row = outbox::get(tx, &id.into()).await.unwrap().unwrap();
    row.state = state;
    outbox::settle_many(tx, &[&row], 50).await.unwrap();
}

#[test]
fn an_action_comes_back_as_it_was_put_down() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        let chat = group(tx, "sandbox", "a").await;
        let mut out = Outgoing::new(
            Place::thread(&chat.id, OutboxId::from("opener")),
            Lane::Bulk,
            Action::Send(Content::text("你\0好")),
        )
        .heard_by(Origin::new("announcement", "send", 7));
        (out.not_before_ms, out.expires_at_ms) = (10, Some(99));
        let row = NewOutbox { id: "1".into(), out: out.clone(), created_at_ms: 5 };
        outbox::insert_many(tx, &[row]).await.unwrap();
        let kept = outbox::get(tx, &"1".into()).await.unwrap().unwrap();
        assert_eq!((kept.account.as_str(), kept.lane, kept.state), ("sandbox", Lane::Bulk, State::Queued));
        assert_eq!((kept.place, kept.origin, kept.expires_at_ms), (out.place, out.origin, Some(99)));
        assert_eq!((kept.attempts, kept.calls_done, kept.created_at_ms), (0, 0, 5));
        assert_eq!(kept.action, Action::Send(Content::text("你\u{FFFD}好")));
        assert!(outbox::get(tx, &"2".into()).await.unwrap().is_none());
    });
}

#[test]
fn an_action_for_no_chat_is_refused_with_all_of_its_kind() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        group(&mut tx, "sandbox", "a").await;
        let row = |id: &str, chat: &str| NewOutbox {
            id: id.into(),
            out: Outgoing::new(Place::chat(&chat.into()), Lane::Talk, Action::Send(Content::text("x"))),
            created_at_ms: 1,
        };
        assert!(outbox::insert_many(&mut tx, &[row("1", "c-a"), row("2", "nowhere")]).await.is_err());
    });
}

#[test]
fn of_each_chat_and_lane_only_the_first_is_ready() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        for title in ["a", "b"] {
            group(tx, "sandbox", title).await;
        }
        group(tx, "telegram", "other").await;
        put(tx, "a", Lane::Talk, &["1", "2"]).await;
        put(tx, "b", Lane::Talk, &["3"]).await;
        put(tx, "a", Lane::Urgent, &["4"]).await;
        put(tx, "other", Lane::Talk, &["5"]).await;
        assert_eq!(ready(tx, Lane::Talk, 1).await, ["1", "3"]);
        assert_eq!(ready(tx, Lane::Urgent, 1).await, ["4"]);
        assert_eq!(ready(tx, Lane::Bulk, 1).await, [] as [&str; 0]);
        let (first, _) = outbox::ready(tx, &"sandbox".into(), Lane::Talk, 1, 1).await.unwrap();
        assert_eq!(first.len(), 1, "no more than asked for");

        assert_eq!(outbox::lease(tx, &[&"1".into(), &"3".into()]).await.unwrap(), 2);
        assert_eq!(outbox::lease(tx, &[&"1".into()]).await.unwrap(), 0, "in hand already");
        assert_eq!(ready(tx, Lane::Talk, 1).await, [] as [&str; 0], "2 waits for 1");
        end(tx, "1", State::Sent).await;
        assert_eq!(ready(tx, Lane::Talk, 1).await, ["2"]);
    });
}

#[test]
fn what_has_to_wait_holds_up_its_chat_and_nobody_else() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        for title in ["a", "b"] {
            group(tx, "sandbox", title).await;
        }
        put(tx, "a", Lane::Talk, &["1", "2"]).await;
        put(tx, "b", Lane::Talk, &["3"]).await;
        outbox::postpone(tx, &"1".into(), 500).await.unwrap();
        assert_eq!(ready(tx, Lane::Talk, 499).await, ["3"]);
        assert_eq!(ready(tx, Lane::Talk, 500).await, ["1", "3"]);
        end(tx, "3", State::Sent).await;
        assert_eq!(outbox::next_at(tx, &"sandbox".into()).await.unwrap(), [(Lane::Talk, 500)]);
        assert_eq!(outbox::next_at(tx, &"telegram".into()).await.unwrap(), []);
        outbox::lease(tx, &[&"1".into()]).await.unwrap();
        outbox::postpone(tx, &"1".into(), 900).await.unwrap();
        let kept = outbox::get(tx, &"1".into()).await.unwrap().unwrap();
        assert_eq!((kept.state, kept.attempts), (State::Leased, 1), "what is in hand is not put off");
    });
}

#[test]
fn what_was_in_hand_is_found_again_and_put_back_with_what_was_done_of_it() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        group(tx, "sandbox", "a").await;
        put(tx, "a", Lane::Talk, &["1", "2"]).await;
        outbox::lease(tx, &[&"1".into()]).await.unwrap();
        let mut left = outbox::left_leased(tx, &"sandbox".into()).await.unwrap();
        assert_eq!(left.len(), 1);
        let row = &mut left[0];
        row.calls_done = 1;
        row.delivered = vec![Delivered { message: Some("m".into()), ..Delivered::default() }];
        row.error = Some(("retry_after".into(), "slow\0 down".into()));
        outbox::requeue(tx, row, 700).await.unwrap();
        let kept = outbox::get(tx, &"1".into()).await.unwrap().unwrap();
        assert_eq!((kept.state, kept.calls_done, &kept.delivered), (State::Queued, 1, &row.delivered));
        assert_eq!(kept.error.map(|(kind, _)| kind), Some("retry_after".into()));
        assert!(outbox::left_leased(tx, &"sandbox".into()).await.unwrap().is_empty());
        assert_eq!(ready(tx, Lane::Talk, 699).await, [] as [&str; 0]);
        assert_eq!(ready(tx, Lane::Talk, 700).await, ["1"], "it is still the first");
    });
}

#[test]
fn an_unknown_end_stays_one_until_a_person_decides() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        group(tx, "sandbox", "a").await;
        put(tx, "a", Lane::Talk, &["1", "2"]).await;
        put(tx, "a", Lane::Bulk, &["3"]).await;
        end(tx, "1", State::Unknown).await;
        let unknown = outbox::unknown(tx, 10).await.unwrap();
        assert_eq!(unknown.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["1"]);
        assert_eq!(ready(tx, Lane::Talk, 1).await, ["2"], "it holds nobody up");
        let mut counts = outbox::counts(tx).await.unwrap();
        counts.sort();
        let line = |lane: Lane, state: &str| (lane.rank(), state.to_owned(), 1);
        assert_eq!(
            counts,
            [line(Lane::Talk, "queued"), line(Lane::Talk, "unknown"), line(Lane::Bulk, "queued")]
        );
        assert!(outbox::retry_unknown(tx, &"1".into(), 60).await.unwrap());
        assert!(!outbox::retry_unknown(tx, &"1".into(), 60).await.unwrap(), "it is on its way again");
        assert_eq!(ready(tx, Lane::Talk, 60).await, ["1"]);
        end(tx, "1", State::Rejected).await;
        assert!(!outbox::retry_unknown(tx, &"1".into(), 60).await.unwrap(), "a refusal is final");
    });
}

#[test]
fn what_an_account_said_lately_is_counted_by_message() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        group(tx, "sandbox", "a").await;
        put(tx, "a", Lane::Talk, &["1", "2", "3"]).await;
        let mut long = outbox::get(tx, &"1".into()).await.unwrap().unwrap();
        (long.state, long.calls_done) = (State::Sent, 2);
        outbox::settle_many(tx, &[&long], 40).await.unwrap();
        end(tx, "2", State::Unknown).await;
        end(tx, "3", State::Rejected).await;
        let said =
            async |tx: &mut Tx, since_ms| outbox::said_since(tx, &"sandbox".into(), since_ms).await.unwrap();
        assert_eq!(said(tx, 0).await, [40, 40, 50]);
        assert_eq!(said(tx, 40).await, [50]);
        assert_eq!(outbox::said_since(tx, &"other".into(), 0).await.unwrap(), Vec::<i64>::new());
    });
}

#[test]
fn what_an_account_called_lately_is_known_after_a_restart() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        group(tx, "sandbox", "a").await;
        put(tx, "a", Lane::Talk, &["1", "2", "3", "4"]).await;
        let tried: Vec<OutboxId> = ["1", "2", "3"].map(OutboxId::from).into();
        outbox::lease(tx, &tried.iter().collect::<Vec<_>>()).await.unwrap();
        let mut long = outbox::get(tx, &"1".into()).await.unwrap().unwrap();
        (long.state, long.calls_done) = (State::Sent, 2);
        outbox::settle_many(tx, &[&long], 40).await.unwrap();
        end(tx, "2", State::Rejected).await;
        let called = async |tx: &mut Tx, since_ms| {
            let called = outbox::called_since(tx, &"sandbox".into(), since_ms).await.unwrap();
            assert!(called.iter().all(|one| !one.is_direct && one.lane == Lane::Talk));
            let mut called: Vec<_> = called.into_iter().map(|one| (one.at_ms, one.calls)).collect();
            called.sort_unstable();
            called
        };
        // What is in hand may have gone out; what was never tried has not.
        assert_eq!(called(tx, 0).await, [(None, 1), (Some(40), 2), (Some(50), 1)]);
        assert_eq!(called(tx, 40).await, [(None, 1), (Some(50), 1)]);
        assert!(outbox::called_since(tx, &"other".into(), 0).await.unwrap().is_empty());
    });
}

#[test]
fn a_lane_that_rests_waits_as_a_whole_and_no_other() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        group(tx, "sandbox", "a").await;
        put(tx, "a", Lane::Bulk, &["1", "2"]).await;
        put(tx, "a", Lane::Talk, &["3"]).await;
        outbox::postpone_lane(tx, &"sandbox".into(), Lane::Bulk, 70).await.unwrap();
        assert_eq!(
            (ready(tx, Lane::Bulk, 69).await, ready(tx, Lane::Talk, 0).await),
            (vec![], vec!["3".to_owned()])
        );
        assert_eq!(ready(tx, Lane::Bulk, 70).await, ["1"]);
        outbox::postpone_lane(tx, &"other".into(), Lane::Bulk, 90).await.unwrap();
        assert_eq!(ready(tx, Lane::Bulk, 70).await, ["1"]);
    });
}

#[test]
fn many_end_at_once_and_each_in_its_own_way() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let tx = &mut tx;
        group(tx, "sandbox", "a").await;
        put(tx, "a", Lane::Bulk, &["1", "2", "3", "4"]).await;
        let mut rows = Vec::new();
        for id in ["1", "2", "3"] {
            rows.push(outbox::get(tx, &id.into()).await.unwrap().unwrap());
        }
        let made = Delivered { message: Some("m\"1\"".into()), ..Delivered::default() };
        (rows[0].state, rows[0].calls_done, rows[0].delivered) = (State::Sent, 1, vec![made.clone()]);
        (rows[1].state, rows[1].error) = (State::Rejected, Some(("blocked".into(), "by\0 them".into())));
        (rows[2].state, rows[2].error) = (State::Unknown, Some(("unknown".into(), "no answer".into())));
        outbox::settle_many(tx, &rows.iter().collect::<Vec<_>>(), 50).await.unwrap();
        let mut ends = Vec::new();
        for id in ["1", "2", "3", "4"] {
            let row = outbox::get(tx, &id.into()).await.unwrap().unwrap();
            ends.push((row.state, row.calls_done, row.delivered, row.error));
        }
        let error = |kind: &str, words: &str| Some((kind.to_owned(), words.to_owned()));
        assert_eq!(
            ends,
            [
                (State::Sent, 1, vec![made], None),
                (State::Rejected, 0, vec![], error("blocked", "by\u{FFFD} them")),
                (State::Unknown, 0, vec![], error("unknown", "no answer")),
                (State::Queued, 0, vec![], None),
            ]
        );
        let said = outbox::said_since(tx, &"sandbox".into(), 0).await.unwrap();
        assert_eq!(said, [50, 50], "the time stands on each that may have gone out");
    });
}
