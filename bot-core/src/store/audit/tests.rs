//! The trace and its chain, on both databases.

use std::sync::Arc;

use super::chain::{BEFORE_ALL, hashed};
use super::{Act, By, Fault, Filter, Head, append, list, verify};
use crate::error::FeatureError;
use crate::hall::Hall;
use crate::store::testing::on_both;
use crate::store::{Tx, audit, execute};
use crate::work::Work;

fn act(id: &str, act: &str, object: &str) -> Act {
    Act {
        id: id.into(),
        at_ms: 5,
        staff: None,
        act: act.into(),
        object: object.into(),
        detail: Some("为什么".into()),
    }
}

/// A log of the acts on T-1, T-2, … `count`, written a few at a time; gives a transaction that goes on.
async fn log(hall: &Hall, count: usize) -> Tx {
    let mut tx = hall.db.write().await.unwrap();
    let acts: Vec<Act> =
        (1..=count).map(|n| act(&format!("{n:04}"), "ticket.close", &format!("T-{n}"))).collect();
    for some in acts.chunks(3) {
        append(&mut tx, some).await.unwrap();
    }
    tx
}

async fn found(tx: &mut Tx, noted: &[Head]) -> Result<Head, Fault> {
    verify(tx, noted, |_| {}).await.unwrap()
}

/// What is said of a log of seven rows after somebody did this to it.
fn after(does: &'static [&'static str], expected: &str) {
    on_both(|hall| async move {
        let mut tx = log(&hall, 7).await;
        found(&mut tx, &[]).await.unwrap();
        for sql in does {
            let touched = execute!(&mut tx, sqlx::query(*sql)).unwrap();
            assert!(touched > 0 || sql.starts_with("DROP"), "{sql}");
        }
        let said = found(&mut tx, &[]).await.unwrap_err().to_string();
        assert!(said.starts_with(expected), "{said}");
    });
}

#[test]
fn acts_on_an_object_are_found_in_their_order() {
    on_both(async |hall| {
        let mut tx = hall.db.write().await.unwrap();
        let (open, close) = (act("1", "ticket.open", "T-1"), act("3", "ticket.close", "T-1"));
        append(&mut tx, &[close.clone(), act("2", "ticket.open", "T-2"), open.clone()]).await.unwrap();
        assert_eq!(audit::of(&mut tx, "T-1").await.unwrap(), [open, close]);
        assert_eq!(audit::of(&mut tx, "T-9").await.unwrap(), []);
    });
}

#[test]
fn a_hash_is_of_every_field_and_what_came_before() {
    let one = act("1", "a", "b");
    let staffed = Act { staff: Some("s".into()), ..one.clone() };
    let all = [
        hashed(BEFORE_ALL, 1, &one),
        hashed(BEFORE_ALL, 2, &one),
        hashed("ff", 1, &one),
        hashed(BEFORE_ALL, 1, &Act { at_ms: 6, ..one.clone() }),
        hashed(BEFORE_ALL, 1, &staffed),
        hashed(BEFORE_ALL, 1, &Act { id: "2".into(), ..one.clone() }),
        hashed(BEFORE_ALL, 1, &Act { act: "ab".into(), object: String::new(), ..one.clone() }),
        hashed(BEFORE_ALL, 1, &Act { detail: None, ..one.clone() }),
        hashed(BEFORE_ALL, 1, &Act { detail: Some(String::new()), ..one.clone() }),
    ];
    let different: std::collections::BTreeSet<&String> = all.iter().collect();
    assert_eq!(different.len(), all.len());
    // As docs/audit.md tells others to reckon it: printf '64:000…,1:1,1:1,1:5,-,1:a,1:b,9:为什么,' | sha256sum
    assert_eq!(all[0], "543942440b7dec73d4dff0086157b91384b41f9cac2e0f4b9638bd073d30f7f6");
}

#[test]
fn a_whole_log_is_said_to_be_whole_however_long_it_is() {
    on_both(|hall| async move {
        let mut tx = log(&hall, 1).await;
        let early = found(&mut tx, &[]).await.unwrap();
        assert_eq!(early.seq, 1);
        let more: Vec<Act> = (0..2_100).map(|n| act(&format!("x{n:04}"), "case.open", "C-1")).collect();
        append(&mut tx, &more).await.unwrap();
        let mut seen = 0;
        let end = verify(&mut tx, &[early], |_| seen += 1).await.unwrap().unwrap();
        assert_eq!((end.seq, seen), (2_101, 2_101));
        assert_eq!(audit::head(&mut tx).await.unwrap(), Some(end));
    });
}

#[test]
fn a_changed_row_is_named() {
    after(
        &["UPDATE audit SET detail = NULL WHERE seq = 4"],
        "row 4 (ticket.close T-4, id 0004) does not match its hash",
    );
    after(&["UPDATE audit SET hash = '' WHERE seq = 7"], "row 7 (ticket.close T-7");
    after(&["UPDATE audit SET hash = NULL WHERE seq = 2"], "row 2 (ticket.close T-2");
}

#[test]
fn a_removed_row_is_missed() {
    after(&["DELETE FROM audit WHERE seq = 3"], "row 3 is not there");
    after(
        &[
            "DELETE FROM audit WHERE seq = 3",
            "UPDATE audit SET seq = -seq WHERE seq > 3",
            "UPDATE audit SET seq = -seq - 1 WHERE seq < 0",
        ],
        "row 3 (ticket.close T-4, id 0004) does not match its hash",
    );
}

#[test]
fn a_row_that_is_put_in_is_named() {
    const BESIDE: &str = "INSERT INTO audit (id, at_ms, act, object) VALUES ('9', 5, 'ticket.open', 'T-9')";
    after(&[BESIDE], "the row of ticket.open T-9, id 9 was put in beside the chain");
    after(
        &[
            "UPDATE audit SET seq = -seq - 1 WHERE seq > 3",
            "UPDATE audit SET seq = -seq WHERE seq < 0",
            "INSERT INTO audit (id, at_ms, act, object, seq, hash) SELECT '9', 5, 'ticket.open', 'T-9', 4, hash FROM audit WHERE seq = 3",
        ],
        "row 4 (ticket.open T-9, id 9) does not match its hash",
    );
    after(
        &[
            "DROP INDEX audit_seq",
            "INSERT INTO audit (id, at_ms, act, object, seq, hash) SELECT '9', 5, 'ticket.open', 'T-9', seq, hash FROM audit WHERE seq = 3",
        ],
        "row 3 (ticket.open T-9, id 9) was put in",
    );
}

#[test]
fn a_cut_tail_is_noticed_by_the_end_of_the_chain() {
    after(&["DELETE FROM audit WHERE seq > 5"], "the log ends with row 5, but row 7 was written");
    after(
        &["DELETE FROM audit_head WHERE one = 1"],
        "the end of the chain was changed or removed; the 7 rows",
    );
    after(&["UPDATE audit_head SET hash = 'x'"], "the end of the chain was changed");
    after(&["UPDATE audit_head SET seq = 6"], "row 7 (ticket.close T-7, id 0007) comes after the end");
}

#[test]
fn a_log_that_is_cut_or_written_anew_with_its_end_is_noticed_by_a_head_that_was_noted() {
    on_both(|hall| async move {
        let mut tx = log(&hall, 7).await;
        let noted = [found(&mut tx, &[]).await.unwrap()];
        append(&mut tx, &[act("8", "ticket.open", "T-8")]).await.unwrap();
        assert_eq!(found(&mut tx, &noted).await.unwrap().seq, 8, "what came later changes nothing");
        execute!(&mut tx, sqlx::query("DELETE FROM audit WHERE seq > 5")).unwrap();
        let back = "UPDATE audit_head SET seq = 5, hash = (SELECT hash FROM audit WHERE seq = 5)";
        execute!(&mut tx, sqlx::query(back)).unwrap();
        assert_eq!(found(&mut tx, &[]).await.unwrap().seq, 5, "by itself it looks whole");
        assert_eq!(found(&mut tx, &noted).await, Err(Fault::NotNoted(noted[0].clone())));
        let anew = [act("6", "ticket.open", "T-6"), act("7", "ticket.open", "T-7")];
        append(&mut tx, &anew).await.unwrap();
        assert_eq!(found(&mut tx, &[]).await.unwrap().seq, 7);
        assert_eq!(found(&mut tx, &noted).await, Err(Fault::NotNoted(noted[0].clone())));
    });
}

#[test]
fn rows_beside_the_chain_are_not_taken_into_it_at_the_next_start() {
    on_both(|hall| async move {
        let mut tx = log(&hall, 2).await;
        let put = "INSERT INTO audit (id, at_ms, act, object) VALUES ('0', 5, 'ticket.open', 'T-9')";
        execute!(&mut tx, sqlx::query(put)).unwrap();
        tx.commit().await.unwrap();
        hall.db.migrate().await.unwrap();
        let mut tx = hall.db.read().await.unwrap();
        assert!(matches!(found(&mut tx, &[]).await, Err(Fault::Beside(_))));
    });
}

#[test]
fn many_who_write_at_once_write_one_chain() {
    on_both(|hall| async move {
        const EACH: i64 = 5;
        let writer = async |hall: &Arc<Hall>, name: usize| {
            for n in 0..EACH {
                let step = move |mut work: Work| async move {
                    work.audit_by(None, "test", format!("{name}-{n}"), None).await?;
                    tokio::task::yield_now().await;
                    Ok::<_, FeatureError>((work, ()))
                };
                hall.in_one_commit(step).await.unwrap();
            }
        };
        futures::future::join_all((0..6).map(|name| writer(&hall, name))).await;
        let mut tx = hall.db.read().await.unwrap();
        assert_eq!(found(&mut tx, &[]).await.unwrap().seq, 6 * EACH);
    });
}

#[test]
fn what_is_undone_leaves_no_trace() {
    on_both(|hall| async move {
        let mut work = hall.begin().await.unwrap();
        work.audit_by(None, "first", "x", None).await.unwrap();
        let undone = async |work: &mut Work| {
            work.audit_by(None, "undone", "x", None).await?;
            Err::<(), _>(FeatureError::Internal("no".into()))
        };
        assert!(work.step(undone).await.is_err());
        work.audit_by(None, "last", "x", None).await.unwrap();
        work.commit().await.unwrap();
        let acts = audit::of(&mut hall.db.read().await.unwrap(), "x").await.unwrap();
        assert_eq!(acts.into_iter().map(|act| act.act).collect::<Vec<_>>(), ["first", "last"]);
    });
}

#[test]
fn the_trace_is_narrowed_down_and_paged() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        let staff = "INSERT INTO staff (id, name, created_at_ms) VALUES ('ann', 'Ann', 1)";
        execute!(&mut tx, sqlx::query(staff)).unwrap();
        let by_ann =
            |id: &str, what: &str, object: &str| Act { staff: Some("ann".into()), ..act(id, what, object) };
        append(
            &mut tx,
            &[
                act("1", "ticket.open", "T-1"),
                by_ann("2", "ticket.close", "T-1"),
                Act { at_ms: 50, ..by_ann("3", "case.undo", "C-1") },
                by_ann("4", "ticket.100%_sure", "T-2"),
            ],
        )
        .await
        .unwrap();
        let mut places = async |filter: Filter| -> Vec<i64> {
            list(&mut tx, &filter).await.unwrap().into_iter().map(|link| link.seq).collect()
        };
        let all = Filter::default;
        let ann = || By::Staff("ann".into());
        assert_eq!(places(all()).await, [4, 3, 2, 1]);
        assert_eq!(places(Filter { limit: 2, ..all() }).await, [4, 3]);
        assert_eq!(places(Filter { below: Some(3), ..all() }).await, [2, 1]);
        assert_eq!(places(Filter { by: By::Program, ..all() }).await, [1]);
        assert_eq!(places(Filter { by: ann(), act: "TICKET.".into(), ..all() }).await, [4, 2]);
        assert_eq!(places(Filter { act: "%_".into(), ..all() }).await, [4], "letters mean themselves");
        assert_eq!(places(Filter { object: " t-1 ".into(), ..all() }).await, [2, 1]);
        let nul = || "T-1\0".to_owned();
        assert_eq!(
            places(Filter { object: nul(), act: nul(), by: By::Staff(nul().into()), ..all() }).await,
            [] as [i64; 0]
        );
        assert_eq!(places(Filter { object: "T-1".into(), by: ann(), ..all() }).await, [2]);
        assert_eq!(places(Filter { object: "T-1".into(), by: By::Program, ..all() }).await, [1]);
        assert_eq!(places(Filter { from_ms: 50, until_ms: 51, ..all() }).await, [3]);
        assert_eq!(places(Filter { until_ms: 50, ..all() }).await, [4, 2, 1]);
        assert_eq!(audit::staff_names(&mut tx).await.unwrap().get(&"ann".into()).unwrap(), "Ann");
    });
}

#[test]
fn a_head_is_read_as_it_is_printed() {
    let head = Head { seq: 412, hash: "ab".repeat(32) };
    assert_eq!(head.to_string().parse(), Ok(head.clone()));
    assert_eq!(format!(" 412:{}\n", "AB".repeat(32)).parse(), Ok(head));
    for wrong in ["", "412", "412:", "x:ab", "-1:ab", &format!("1:{}", "g".repeat(64))] {
        assert!(wrong.parse::<Head>().is_err(), "{wrong}");
    }
}
