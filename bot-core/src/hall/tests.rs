//! Looking and committing, on both databases.

use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::error::FeatureError;
use crate::store::testing::on_both;
use crate::store::{DbKind, audit, timer};
use crate::work::NewTimer;

#[test]
fn who_looks_waits_for_nobody_and_writes_nothing() {
    on_both(|hall| async move {
        let mut writing = hall.begin().await.unwrap();
        writing.audit_by(None, "test", "x", None).await.unwrap();
        let mut look = hall.look().await.unwrap();
        assert!(audit::of(look.tx().await.unwrap(), "x").await.unwrap().is_empty());
        drop(look);
        writing.commit().await.unwrap();
        let mut look = hall.look().await.unwrap();
        assert_eq!(audit::of(look.tx().await.unwrap(), "x").await.unwrap().len(), 1);
        look.audit_by(None, "test", "y", None).await.unwrap();
        assert!(look.commit().await.is_err());
        let mut look = hall.look().await.unwrap();
        assert!(audit::of(look.tx().await.unwrap(), "y").await.unwrap().is_empty());
    });
}

#[test]
fn a_step_that_came_second_runs_again() {
    on_both(|hall| async move {
        arm(&hall, 1).await;
        let runs = AtomicU32::new(0);
        let (at, counted) = (&hall, &runs);
        let step = async move |mut work: Work| {
            let last_ms = timer::next_at(work.tx().await?).await?.unwrap_or_default();
            // On SQLite the second writer waits for the first; only PostgreSQL lets them meet.
            if counted.fetch_add(1, Ordering::Relaxed) == 0 && at.db.kind() == DbKind::Postgres {
                arm(at, last_ms + 10).await;
            }
            work.arm(a_timer(last_ms + 1)).await?;
            Ok((work, last_ms))
        };
        let read_ms = hall.in_one_commit(step).await.unwrap();
        let expected = if hall.db.kind() == DbKind::Postgres { (2, 11) } else { (1, 1) };
        assert_eq!((runs.load(Ordering::Relaxed), read_ms), expected);
        let mut look = hall.look().await.unwrap();
        assert_eq!(timer::next_at(look.tx().await.unwrap()).await.unwrap(), Some(read_ms + 1));
    });
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the database keeps somebody waiting, and its time is the machine's"
)]
fn a_step_that_has_lost_once_comes_before_all_others() {
    on_both(|hall| async move {
        arm(&hall, 1).await;
        let (runs, other) = (AtomicU32::new(0), std::sync::Mutex::new(None));
        let (at, counted, competing) = (&hall, &runs, &other);
        let step = async move |mut work: Work| {
            let last_ms = timer::next_at(work.tx().await?).await?.unwrap_or_default();
            if at.db.kind() == DbKind::Postgres {
                // Somebody writes the same each time, in the middle of it; the second time they have to wait.
                let hall = Arc::clone(at);
                let mut arming = tokio::spawn(async move { arm(&hall, last_ms + 10).await });
                if counted.fetch_add(1, Ordering::Relaxed) == 0 {
                    arming.await.unwrap();
                } else {
                    let soon = tokio::time::timeout(std::time::Duration::from_millis(100), &mut arming);
                    assert!(soon.await.is_err(), "nobody else commits before it");
                    *competing.lock().unwrap() = Some(arming);
                }
            }
            work.arm(a_timer(last_ms + 1)).await?;
            Ok((work, last_ms))
        };
        let read_ms = hall.in_one_commit(step).await.unwrap();
        if hall.db.kind() == DbKind::Postgres {
            assert_eq!((runs.load(Ordering::Relaxed), read_ms), (2, 11));
            let waiting = other.lock().unwrap().take();
            waiting.unwrap().await.unwrap();
            let mut look = hall.look().await.unwrap();
            assert_eq!(timer::next_at(look.tx().await.unwrap()).await.unwrap(), Some(21), "and then it does");
        }
    });
}

#[test]
fn who_wants_to_be_first_waits_a_second_at_most() {
    on_both(|hall| async move {
        if hall.db.kind() == DbKind::Sqlite {
            return;
        }
        let mut slow = hall.begin().await.unwrap();
        let mut past = hall.db.write_past().await.unwrap();
        timer::next_at(slow.tx().await.unwrap()).await.unwrap();
        assert!(matches!(hall.begin_again(true).await, Err(StoreError::Conflict(_))));
        // A sign of life is written all the while, and whoever lost may try again.
        assert_eq!(timer::next_at(&mut past).await.unwrap(), None);
        past.commit().await.unwrap();
        slow.commit().await.unwrap();
        hall.begin_again(true).await.unwrap().commit().await.unwrap();
    });
}

#[test]
fn a_step_that_fails_leaves_nothing() {
    on_both(|hall| async move {
        let step = async |mut work: Work| {
            work.audit_by(None, "test", "x", None).await?;
            Err::<(Work, ()), _>(FeatureError::Internal("no".into()))
        };
        assert!(hall.in_one_commit(step).await.is_err());
        let mut look = hall.look().await.unwrap();
        assert!(audit::of(look.tx().await.unwrap(), "x").await.unwrap().is_empty());
    });
}

async fn arm(hall: &Arc<Hall>, due_at_ms: i64) {
    let mut work = hall.begin().await.unwrap();
    work.arm(a_timer(due_at_ms)).await.unwrap();
    work.commit().await.unwrap();
}

fn a_timer(due_at_ms: i64) -> NewTimer {
    NewTimer { feature: "test", kind: "test", key: "one".into(), due_at_ms }
}
