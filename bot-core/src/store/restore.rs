//! What a database that comes out of a backup must not do once more.

use super::{Db, StoreError, Tx, delivery, execute, on};
use crate::features::delivery::CopyState;
use crate::ids::AnnouncementNo;

const HOLD: &str = "UPDATE outbox SET state = 'leased' WHERE state = 'queued'";
const DUE: &str = "SELECT no FROM announcement WHERE state = 'scheduled' AND at_ms <= $1 ORDER BY no";
const UNSCHEDULE: &str = "UPDATE announcement SET state = 'draft' WHERE no = $1";
const DISARM: &str = "DELETE FROM timer WHERE feature = 'announcement' AND kind = 'send' AND timer_key = $1";
const SENDING: &str = "SELECT no FROM announcement WHERE state = 'sending' ORDER BY no";
const PAUSE: &str = "UPDATE announcement SET state = 'paused' WHERE no = $1";
const TABLES_SQLITE: &str = "SELECT count(*) FROM sqlite_schema WHERE type = 'table'";
const TABLES_POSTGRES: &str = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()";

/// What was held back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// How many actions waited in the outbox.
    pub actions: u64,
    /// Announcements whose time has come since the backup; they are drafts now.
    pub announcements: Vec<AnnouncementNo>,
    /// Announcements that were on their way, with copies that were not in the outbox yet; they are paused now.
    pub paused: Vec<AnnouncementNo>,
}

/// Whether a database has no table yet.
///
/// # Errors
/// When the database fails.
pub async fn is_bare(db: &Db) -> Result<bool, StoreError> {
    let mut tx = db.read().await?;
    let sql = if matches!(tx, Tx::Sqlite(_)) { TABLES_SQLITE } else { TABLES_POSTGRES };
    let tables: i64 = on!(&mut tx, |c| sqlx::query_scalar(sql).fetch_one(c))?;
    Ok(tables == 0)
}

/// Holds back what may have gone out between the backup and the loss. What waited in the outbox counts as having been in hand
/// when the program ended: at the next start what may be repeated is, a platform that can tell is asked, and the rest is
/// unknown, for a person to decide. An announcement whose time has come is a draft, and one that was on its way is paused: its
/// copies that were not in the outbox yet may have gone out since.
///
/// # Errors
/// When the database fails.
pub async fn hold(tx: &mut Tx, now_ms: i64) -> Result<Held, StoreError> {
    super::node::forget_all(tx).await?;
    let actions = execute!(tx, sqlx::query(HOLD))?;
    let announcements: Vec<AnnouncementNo> = on!(tx, |c| sqlx::query_scalar(DUE).bind(now_ms).fetch_all(c))?;
    for no in &announcements {
        execute!(tx, sqlx::query(UNSCHEDULE).bind(no))?;
        execute!(tx, sqlx::query(DISARM).bind(no.to_string()))?;
    }
    let paused: Vec<AnnouncementNo> = on!(tx, |c| sqlx::query_scalar(SENDING).fetch_all(c))?;
    for no in &paused {
        execute!(tx, sqlx::query(PAUSE).bind(no))?;
        delivery::hold(tx, &no.to_string(), CopyState::Planned, now_ms).await?;
    }
    Ok(Held { actions, announcements, paused })
}

#[cfg(test)]
mod tests {
    use crate::chat::{Action, Content, Lane};
    use crate::features::delivery::CopyState;
    use crate::ids::AnnouncementNo;
    use crate::store::outbox::State;
    use crate::store::testing::{START_MS, group, on_both, outbox, person};
    use crate::store::{execute, on};
    use crate::work::{Outgoing, Place};

    const ANNOUNCE: &str = "INSERT INTO announcement (no, state, wording, pin, at_ms, version, by_staff, created_at_ms) VALUES ($1, $3, '{}', false, $2, 1, 's-1', 1)";
    const STAFF: &str = "INSERT INTO staff (id, name, person, created_at_ms) VALUES ('s-1', 'Ops', $1, 1)";
    const ARM: &str = "INSERT INTO timer (id, feature, kind, timer_key, due_at_ms, try_at_ms, attempts) VALUES ($1, 'announcement', 'send', $1, 1, 1, 0)";

    #[test]
    fn what_waited_counts_as_in_hand_and_what_was_due_waits_for_a_person() {
        on_both(async |hall| {
            let mut work = hall.begin().await.unwrap();
            let chat = group(work.tx().await.unwrap(), "sandbox", "g").await;
            work.send(Outgoing::new(Place::chat(&chat.id), Lane::Talk, Action::Send(Content::text("hello"))));
            work.commit().await.unwrap();
            let mut tx = hall.db.write().await.unwrap();
            let ops = person(&mut tx, "ops").await;
            execute!(&mut tx, sqlx::query(STAFF).bind(&ops)).unwrap();
            for (no, at_ms) in [(1_i64, START_MS - 1), (2, START_MS + 1), (3, START_MS - 1)] {
                let state = if no == 3 { "sending" } else { "scheduled" };
                execute!(&mut tx, sqlx::query(ANNOUNCE).bind(no).bind(at_ms).bind(state)).unwrap();
                if no < 3 {
                    execute!(&mut tx, sqlx::query(ARM).bind(format!("A-{no}"))).unwrap();
                }
            }
            let held = super::hold(&mut tx, START_MS).await.unwrap();
            let (announcements, paused) = (vec![AnnouncementNo(1)], vec![AnnouncementNo(3)]);
            assert_eq!(held, super::Held { actions: 1, announcements, paused });
            let becomes = crate::store::delivery::held(&mut tx, "A-3").await.unwrap();
            assert_eq!(becomes, Some(CopyState::Planned), "nothing of it goes out by itself");
            assert_eq!(outbox(&mut tx).await[0].state, State::Leased);
            let left: Vec<String> =
                on!(&mut tx, |c| sqlx::query_scalar("SELECT timer_key FROM timer").fetch_all(c)).unwrap();
            assert_eq!(left, ["A-2"]);
            let again = super::hold(&mut tx, START_MS).await.unwrap();
            assert_eq!(again, super::Held::default());
        });
    }
}
