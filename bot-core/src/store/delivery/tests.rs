//! Copies are frozen, moved and settled, on both databases.

use super::*;
use crate::chat::{Content, Lane};
use crate::directory::Purpose;
use crate::features::segment::{Audience, To};
use crate::store::outbox::StoredOutbox;
use crate::store::segment::tests::community;
use crate::store::testing::{START_MS, group, on_both, outbox as outbox_of};
use crate::store::{chat, outbox};
use crate::work::Work;

const PUSH: &str = "A-1";

async fn states(tx: &mut Tx) -> Vec<(String, &'static str)> {
    let all = page(tx, PUSH, None, "", 10).await.unwrap();
    all.into_iter().map(|copy| (copy.name, copy.state.word())).collect()
}

async fn copy(tx: &mut Tx, recipient: &str) -> StoredCopy {
    get(tx, PUSH, recipient).await.unwrap().unwrap()
}

/// The people of the community, of whom Dou can be written to first.
async fn frozen(tx: &mut Tx) {
    let first = [AccountId::from("sandbox")];
    let people = Audience::all_people();
    let filter =
        Filter { audience: &people, write_first: &first, default_lang: Lang::En, accounts: &[], cap: None };
    assert_eq!(freeze(tx, PUSH, &filter).await.unwrap(), 3);
}

#[test]
fn an_audience_is_frozen_once_with_those_who_cannot_be_reached() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        community(&hall, &mut tx).await;
        frozen(&mut tx).await;
        assert_eq!(
            states(&mut tx).await,
            [("dou".into(), "planned"), ("lin".into(), "planned"), ("wu".into(), "unreachable")]
        );
        let wu = get(&mut tx, PUSH, "p-wu").await.unwrap().unwrap();
        assert_eq!((wu.reason.as_deref(), wu.lang), (Some("blocked"), Lang::En));
        let sample = sample(&mut tx, PUSH, &"sandbox".into()).await.unwrap();
        assert_eq!(sample, Some("d-lin".into()), "the first that has one");
        let tally = tally(&mut tx, PUSH).await.unwrap();
        let counts: Vec<_> = tally.iter().map(|line| (line.state.as_str(), line.copies)).collect();
        assert_eq!(counts, [("planned", 2), ("unreachable", 1)]);
    });
}

#[test]
fn copies_are_found_by_account_and_state() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        community(&hall, &mut tx).await;
        frozen(&mut tx).await;
        let by_account = tally(&mut tx, PUSH).await.unwrap();
        assert_eq!(by_account.iter().map(|tally| tally.copies).sum::<i64>(), 3);
        for tally in &by_account {
            let account = tally.account.as_ref();
            let state = CopyState::from_word(&tally.state);
            let both = page_of(&mut tx, PUSH, Which { state, account }, "", 10).await.unwrap();
            assert_eq!(i64::try_from(both.len()).unwrap(), tally.copies);
            assert!(both.iter().all(|copy| copy.account.as_ref() == account && Some(copy.state) == state));
            let first = page_of(&mut tx, PUSH, Which { state: None, account }, "", 1).await.unwrap();
            let rest =
                page_of(&mut tx, PUSH, Which { state: None, account }, &first[0].recipient, 9).await.unwrap();
            assert!(rest.iter().all(|copy| copy.recipient > first[0].recipient));
        }
        let none = AccountId::from("nowhere");
        let which = Which { state: None, account: Some(&none) };
        assert_eq!(page_of(&mut tx, PUSH, which, "", 10).await.unwrap(), []);
    });
}

#[test]
fn freezing_twice_is_refused() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        community(&hall, &mut tx).await;
        frozen(&mut tx).await;
        let people = Audience::all_people();
        let filter =
            Filter { audience: &people, write_first: &[], default_lang: Lang::En, accounts: &[], cap: None };
        assert!(freeze(&mut tx, PUSH, &filter).await.is_err(), "nobody gets it twice");
    });
}

#[test]
fn missing_direct_chats_are_made_in_one_go() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        community(&hall, &mut tx).await;
        frozen(&mut tx).await;
        let dou = UserId::from("u-dou");
        make_chats(&mut tx, PUSH, "p-lin", &[(&dou, "d-new".into())], 5).await.unwrap();
        let copy = get(&mut tx, PUSH, "p-dou").await.unwrap().unwrap();
        assert_eq!(copy.chat, Some("d-new".into()));
        let made = chat::get(&mut tx, &"d-new".into()).await.unwrap().unwrap();
        assert_eq!((made.account.as_str(), made.peer), ("sandbox", Some(dou)));
    });
}

#[test]
fn late_news_of_an_older_row_changes_nothing() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        community(&hall, &mut tx).await;
        frozen(&mut tx).await;
        let (old, new) = (OutboxId::from("o1"), OutboxId::from("o2"));
        let (lin, dou) = (copy(&mut tx, "p-lin").await, copy(&mut tx, "p-dou").await);
        let both = [(&lin, new.clone()), (&dou, "o3".into())];
        queue(&mut tx, PUSH, CopyState::Queued, &both).await.unwrap();
        let keys = [MessageKey::from("m1"), MessageKey::from("m2")];
        let sent = |outbox| Settled {
            recipient: "p-lin",
            outbox,
            state: CopyState::Sent,
            failed: None,
            messages: Some(keys.to_vec()),
            version: Some(2),
        };
        assert_eq!(settle(&mut tx, PUSH, &[sent(&old)], 7).await.unwrap(), BTreeSet::new());
        let unknown = Settled { state: CopyState::Unknown, messages: None, version: None, ..sent(&old) };
        let taken = settle(&mut tx, PUSH, &[unknown, sent(&new)], 7).await.unwrap();
        assert_eq!(taken, BTreeSet::from([new.clone()]), "old news and new in one go");
        let lin = get(&mut tx, PUSH, "p-lin").await.unwrap().unwrap();
        assert_eq!((lin.state, lin.version, lin.sent_at_ms), (CopyState::Sent, 2, Some(7)));
        assert_eq!(lin.messages, keys);
        let refused = Settled {
            recipient: "p-lin",
            outbox: &new,
            state: CopyState::EditFailed,
            failed: Some(("not_found", "message not\0found")),
            messages: None,
            version: None,
        };
        assert_eq!(settle(&mut tx, PUSH, &[refused], 9).await.unwrap().len(), 1);
        let lin = get(&mut tx, PUSH, "p-lin").await.unwrap().unwrap();
        assert_eq!((lin.version, lin.sent_at_ms, lin.messages.len()), (2, Some(7), 2));
        assert_eq!(lin.reason.as_deref(), Some("not_found"));
        assert_eq!(lin.detail.as_deref(), Some("message not\u{FFFD}found"), "PostgreSQL holds no U+0000");
        assert_eq!(older(&mut tx, PUSH, &"sandbox".into(), 8).await.unwrap(), 1);
        assert_eq!(older(&mut tx, PUSH, &"sandbox".into(), 7).await.unwrap(), 0);
        set_pin(&mut tx, PUSH, &["p-lin"], "pinned").await.unwrap();
        set_reason(&mut tx, PUSH, "p-lin", "left").await.unwrap();
        let lin = get(&mut tx, PUSH, "p-lin").await.unwrap().unwrap();
        assert_eq!((lin.pin.as_deref(), lin.reason.as_deref()), (Some("pinned"), Some("left")));
    });
}

#[test]
fn news_that_no_copy_stands_for_leaves_nothing() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        community(&hall, &mut tx).await;
        frozen(&mut tx).await;
        let nobody = Settled {
            recipient: "p-nobody",
            outbox: &"o1".into(),
            state: CopyState::Sent,
            failed: None,
            messages: None,
            version: Some(1),
        };
        assert_eq!(settle(&mut tx, PUSH, &[nobody], 7).await.unwrap(), BTreeSet::new());
        let stand = states(&mut tx).await;
        assert_eq!(
            stand,
            [("dou".into(), "planned"), ("lin".into(), "planned"), ("wu".into(), "unreachable")]
        );
    });
}

#[test]
fn a_step_goes_on_from_where_the_last_one_stood_and_takes_along_what_was_planned_again_before_it() {
    use crate::features::delivery::{self as feature, Phase, STEP};
    on_both(|hall| async move {
        let mut work = hall.begin().await.unwrap();
        for at in 0..STEP + 10 {
            let chat = group(work.tx().await.unwrap(), "sandbox", &format!("{at:03}")).await;
            chat::set_purpose(work.tx().await.unwrap(), &chat.id, Purpose::Community, None).await.unwrap();
        }
        feature::freeze(&mut work, PUSH, &Audience { to: To::Groups, ..Audience::default() }).await.unwrap();
        let content = |_| Content::text("hello");
        let more = feature::step(&mut work, "announcement", PUSH, Phase::Send, &content).await.unwrap();
        assert!(more);
        work.commit().await.unwrap();
        let mut work = hall.begin().await.unwrap();
        set_state(work.tx().await.unwrap(), PUSH, &["c-003"], CopyState::Planned, None).await.unwrap();
        let more = feature::step(&mut work, "announcement", PUSH, Phase::Send, &content).await.unwrap();
        assert!(!more);
        let tx = work.tx().await.unwrap();
        assert!(!any(tx, PUSH, CopyState::Planned).await.unwrap(), "nobody is left behind");
        let rows = outbox_of(tx).await;
        let of_third = rows.iter().filter(|row| row.place.chat == "c-003".into()).count();
        assert_eq!((rows.len(), of_third), (usize::try_from(STEP).unwrap() + 11, 2));
    });
}

#[test]
fn copies_move_together() {
    on_both(|hall| async move {
        let mut work = hall.begin().await.unwrap();
        community(&hall, work.tx().await.unwrap()).await;
        frozen(work.tx().await.unwrap()).await;
        let tx = work.tx().await.unwrap();
        let lin = copy(tx, "p-lin").await;
        queue(tx, PUSH, CopyState::Queued, &[(&lin, "o1".into())]).await.unwrap();
        assert!(any(tx, PUSH, CopyState::Planned).await.unwrap());
        assert_eq!(move_all(tx, PUSH, CopyState::Planned, CopyState::Cancelled).await.unwrap(), 1);
        assert!(!any(tx, PUSH, CopyState::Planned).await.unwrap());
        set_state(tx, PUSH, &["p-wu"], CopyState::Rejected, Some("blocked")).await.unwrap();
        let rejected = page(tx, PUSH, Some(CopyState::Rejected), "", 9).await.unwrap();
        assert_eq!(rejected.len(), 1);
        set_state(tx, PUSH, &["p-wu", "p-dou"], CopyState::RecallPlanned, None).await.unwrap();
        set_pin(tx, PUSH, &["p-wu", "p-dou"], "asked").await.unwrap();
        let planned = page(tx, PUSH, Some(CopyState::RecallPlanned), "", 9).await.unwrap();
        let planned: Vec<_> = planned.into_iter().map(|copy| (copy.name, copy.pin)).collect();
        assert_eq!(planned, ["dou", "wu"].map(|name| (name.to_owned(), Some("asked".to_owned()))));
    });
}

#[test]
fn pushes_that_are_under_way_together_take_turns() {
    use crate::features::delivery::{self as push, Phase};
    on_both(|hall| async move {
        let mut work = hall.begin().await.unwrap();
        for title in ["a", "b", "c", "d"] {
            let chat = group(work.tx().await.unwrap(), "sandbox", title).await;
            chat::set_purpose(work.tx().await.unwrap(), &chat.id, Purpose::Community, None).await.unwrap();
        }
        let groups = Audience { to: To::Groups, ..Audience::default() };
        for push in ["A-1", "A-2"] {
            push::freeze(&mut work, push, &groups).await.unwrap();
            let content = |_| Content::text("hello");
            push::step(&mut work, "announcement", push, Phase::Send, &content).await.unwrap();
            if push == "A-1" {
                let rows = ready(&mut work).await;
                let in_hand: Vec<_> = rows.iter().take(2).map(|row| &row.id).collect();
                outbox::lease(work.tx().await.unwrap(), &in_hand).await.unwrap();
            }
        }
        let lines = |rows: &[StoredOutbox]| -> Vec<String> {
            rows.iter().map(|row| row.origin.as_ref().unwrap().key.clone()).collect()
        };
        assert_eq!(
            lines(&ready(&mut work).await),
            ["A-1/c-c", "A-1/c-d"],
            "in each chat the older goes first"
        );
        let mut in_hand = outbox_of(work.tx().await.unwrap()).await;
        in_hand.truncate(2);
        in_hand.iter_mut().for_each(|row| row.state = outbox::State::Sent);
        let done: Vec<_> = in_hand.iter().collect();
        outbox::settle_many(work.tx().await.unwrap(), &done, 2).await.unwrap();
        assert_eq!(lines(&ready(&mut work).await), ["A-1/c-c", "A-2/c-a", "A-1/c-d", "A-2/c-b"]);
        assert_eq!(next_turn(work.tx().await.unwrap(), &"sandbox".into(), "A-3", false).await.unwrap(), 3);
        assert_eq!(next_turn(work.tx().await.unwrap(), &"elsewhere".into(), "A-3", false).await.unwrap(), 1);
        let tx = work.tx().await.unwrap();
        set_turn(tx, &"sandbox".into(), "A-3", 1).await.unwrap();
        assert_eq!(next_turn(tx, &"sandbox".into(), "A-3", true).await.unwrap(), 2, "it does not look");
        assert_eq!(next_turn(tx, &"sandbox".into(), "A-3", false).await.unwrap(), 3);
    });
}

/// A push to the groups `a` to `d`, all of it in the outbox.
async fn to_groups(work: &mut Work, push: &str) {
    use crate::features::delivery::{self as feature, Phase};
    for title in ["a", "b", "c", "d"] {
        let chat = group(work.tx().await.unwrap(), "sandbox", title).await;
        chat::set_purpose(work.tx().await.unwrap(), &chat.id, Purpose::Community, None).await.unwrap();
    }
    feature::freeze(work, push, &Audience { to: To::Groups, ..Audience::default() }).await.unwrap();
    let content = |_| Content::text("hello");
    feature::step(work, "announcement", push, Phase::Send, &content).await.unwrap();
}

#[test]
fn what_is_in_hand_or_half_out_stays_when_a_push_is_held_and_the_rest_is_planned_again() {
    on_both(|hall| async move {
        let mut work = hall.begin().await.unwrap();
        to_groups(&mut work, PUSH).await;
        let mut rows = ready(&mut work).await;
        let tx = work.tx().await.unwrap();
        outbox::lease(tx, &[&rows[0].id, &rows[1].id]).await.unwrap();
        // The second was asked to wait after the first of its messages.
        rows[1].calls_done = 1;
        outbox::requeue(tx, &rows[1], START_MS).await.unwrap();
        assert_eq!(held(tx, PUSH).await.unwrap(), None);
        hold(tx, PUSH, CopyState::Planned, 5).await.unwrap();
        assert_eq!(held(tx, PUSH).await.unwrap(), Some(CopyState::Planned));
        let (seen, some_held) = outbox::ready(tx, &"sandbox".into(), Lane::Bulk, START_MS, 9).await.unwrap();
        assert!(some_held);
        let all = holds(tx).await.unwrap();
        let kept: Vec<bool> = seen.iter().map(|row| all.hold(row)).collect();
        assert_eq!(kept, [false, true, true], "half out, then two of which nothing is");
        let mut pin = seen[1].clone();
        pin.origin.as_mut().unwrap().kind = "pin".into();
        assert!(!all.hold(&pin), "what belongs to a copy that stands goes on");

        assert!(withdraw(tx, PUSH, CopyState::Planned, 1, 6).await.unwrap(), "one of two");
        assert!(withdraw(tx, PUSH, CopyState::Planned, 1, 6).await.unwrap());
        assert!(!withdraw(tx, PUSH, CopyState::Planned, 1, 6).await.unwrap());
        let named = |name: &str, state| (name.to_owned(), state);
        assert_eq!(
            states(tx).await,
            [named("a", "queued"), named("b", "queued"), named("c", "planned"), named("d", "planned")]
        );
        let ends: Vec<_> = outbox_of(tx).await.into_iter().map(|row| (row.state, row.error)).collect();
        let taken_out = (outbox::State::Rejected, Some(("withdrawn".to_owned(), WITHDRAWN.to_owned())));
        assert_eq!(ends[2..], [taken_out.clone(), taken_out]);
        assert_eq!((ends[0].0, ends[1].0), (outbox::State::Leased, outbox::State::Queued));

        release(tx, PUSH).await.unwrap();
        assert_eq!(held(tx, PUSH).await.unwrap(), None);
        // It stands where the lane is now, not behind the turns of copies that were taken out.
        assert_eq!(next_turn(tx, &"sandbox".into(), PUSH, true).await.unwrap(), 2);
    });
}

#[test]
fn a_push_that_is_stopped_drops_what_was_not_in_the_outbox_yet_as_well() {
    on_both(|hall| async move {
        let mut work = hall.begin().await.unwrap();
        to_groups(&mut work, PUSH).await;
        let tx = work.tx().await.unwrap();
        set_state(tx, PUSH, &["c-a", "c-b"], CopyState::Planned, None).await.unwrap();
        hold(tx, PUSH, CopyState::Planned, 5).await.unwrap();
        hold(tx, PUSH, CopyState::Cancelled, 6).await.unwrap();
        while withdraw(tx, PUSH, CopyState::Cancelled, 1, 7).await.unwrap() {}
        let tally = tally(tx, PUSH).await.unwrap();
        assert_eq!((tally.len(), tally[0].state.as_str(), tally[0].copies), (1, "cancelled", 4));
    });
}

#[test]
fn a_held_copy_at_the_head_of_its_chat_lets_others_pass_and_comes_again_behind_them() {
    use crate::features::delivery::{self as feature, Phase};
    on_both(|hall| async move {
        let mut work = hall.begin().await.unwrap();
        to_groups(&mut work, "A-1").await;
        feature::freeze(&mut work, "A-2", &Audience { to: To::Groups, ..Audience::default() }).await.unwrap();
        let content = |_| Content::text("hello");
        feature::step(&mut work, "announcement", "A-2", Phase::Send, &content).await.unwrap();
        let lines = |rows: &[StoredOutbox]| -> Vec<String> {
            rows.iter().map(|row| row.origin.as_ref().unwrap().key.clone()).collect()
        };
        assert_eq!(lines(&ready(&mut work).await), ["A-1/c-a", "A-1/c-b", "A-1/c-c", "A-1/c-d"]);
        feature::hold(&mut work, "A-1", feature::Hold::Pause).await.unwrap();
        assert!(!feature::withdraw(&mut work, "A-1").await.unwrap());
        assert_eq!(lines(&ready(&mut work).await), ["A-2/c-a", "A-2/c-b", "A-2/c-c", "A-2/c-d"]);
        feature::release(&mut work, "A-1").await.unwrap();
        assert!(!feature::step(&mut work, "announcement", "A-1", Phase::Send, &content).await.unwrap());
        assert_eq!(lines(&ready(&mut work).await), ["A-2/c-a", "A-2/c-b", "A-2/c-c", "A-2/c-d"]);
        assert_eq!(
            outbox_of(work.tx().await.unwrap()).await.len(),
            12,
            "each of A-1 a second time, and once open"
        );
    });
}

/// What the courier would take in hand now.
async fn ready(work: &mut Work) -> Vec<StoredOutbox> {
    outbox::ready(work.tx().await.unwrap(), &"sandbox".into(), Lane::Bulk, START_MS, 9).await.unwrap().0
}

const MANY: i64 = 2_500;
const PEOPLE: [&str; 5] = [
    "INSERT INTO merchant (id, name, category, tier, created_at_ms) VALUES ('m', 'm', 'food', 'crown', 0)",
    "INSERT INTO person (id, created_at_ms) WITH RECURSIVE n (i) AS (SELECT cast(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $1) SELECT 'p-' || i, 0 FROM n",
    "INSERT INTO chat_user (id, account, platform_key, person, name, is_bot, created_at_ms) \
     WITH RECURSIVE n (i) AS (SELECT cast(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $1) SELECT 'u-' || i, 'sandbox', 'k-' || i, 'p-' || i, 'N', false, 0 FROM n",
    "INSERT INTO chat (id, account, platform_key, kind, title, purpose, peer, reach, created_at_ms) \
     WITH RECURSIVE n (i) AS (SELECT cast(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $1) SELECT 'd-' || i, 'sandbox', 'c-' || i, 'direct', '', 'community', 'u-' || i, 'open', 0 FROM n",
    "INSERT INTO contact (id, merchant, person, role) WITH RECURSIVE n (i) AS (SELECT cast(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $1) SELECT 'k-' || i, 'm', 'p-' || i, 'admin' FROM n",
];

#[test]
fn many_recipients_go_out_in_steps_each_once() {
    use crate::features::delivery::{self as push, Phase};
    on_both(|hall| async move {
        let mut work = hall.begin().await.unwrap();
        for (at, sql) in PEOPLE.into_iter().enumerate() {
            let tx = work.tx().await.unwrap();
            match at {
                0 => execute!(tx, sqlx::query(sql)).unwrap(),
                _ => execute!(tx, sqlx::query(sql).bind(MANY)).unwrap(),
            };
        }
        let people = Audience::all_people();
        assert_eq!(push::freeze(&mut work, PUSH, &people).await.unwrap(), MANY.unsigned_abs());
        work.commit().await.unwrap();
        let mut steps = 0;
        loop {
            let mut work = hall.begin().await.unwrap();
            let content = |_| crate::chat::Content::text("hello");
            let more = push::step(&mut work, "announcement", PUSH, Phase::Send, &content).await.unwrap();
            work.commit().await.unwrap();
            steps += 1;
            if !more {
                break;
            }
        }
        assert_eq!(steps, MANY / push::STEP + 1);
        let mut tx = hall.db.read().await.unwrap();
        let tally = tally(&mut tx, PUSH).await.unwrap();
        assert_eq!((tally.len(), tally[0].state.as_str(), tally[0].copies), (1, "queued", MANY));
        let queued: i64 = on!(&mut tx, |c| sqlx::query_scalar("SELECT count(DISTINCT chat) FROM outbox")
            .fetch_one(c))
        .unwrap();
        assert_eq!(queued, MANY);
    });
}

#[test]
fn what_is_put_into_the_outbox_is_found_among_many_that_the_server_was_not_told_of() {
    const LOOKED_AT: &str =
        "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'delivery'";
    on_both(|hall| async move {
        // SQLite counts nothing.
        if hall.db.kind() == DbKind::Sqlite {
            return;
        }
        let mut work = hall.begin().await.unwrap();
        for at in 0..300 {
            let chat = group(work.tx().await.unwrap(), "sandbox", &format!("{at:03}")).await;
            chat::set_purpose(work.tx().await.unwrap(), &chat.id, Purpose::Community, None).await.unwrap();
        }
        let groups = Audience { to: To::Groups, ..Audience::default() };
        crate::features::delivery::freeze(&mut work, PUSH, &groups).await.unwrap();
        let tx = work.tx().await.unwrap();
        let few = page(tx, PUSH, None, "c-200", 3).await.unwrap();
        let looked_at =
            async |tx: &mut Tx| -> i64 { on!(tx, |c| sqlx::query_scalar(LOOKED_AT).fetch_one(c)).unwrap() };
        let before = looked_at(tx).await;
        let lines: Vec<_> = few.iter().map(|copy| (copy, OutboxId::from("o"))).collect();
        queue(tx, PUSH, CopyState::Queued, &lines).await.unwrap();
        let more = looked_at(tx).await - before;
        assert!(more < 20, "{more} rows were looked at");
        assert_eq!(page(tx, PUSH, Some(CopyState::Queued), "", 9).await.unwrap().len(), 3);
        let before = looked_at(tx).await;
        let outbox = OutboxId::from("o");
        let mut ends = Vec::new();
        for copy in &few {
            let (recipient, outbox, state) = (copy.recipient.as_str(), &outbox, CopyState::Sent);
            ends.push(Settled { recipient, outbox, state, failed: None, messages: None, version: None });
        }
        assert_eq!(settle(tx, PUSH, &ends, 7).await.unwrap(), BTreeSet::from([outbox.clone()]));
        let more = looked_at(tx).await - before;
        assert!(more < 20, "{more} rows were looked at to note what became of them");
    });
}
