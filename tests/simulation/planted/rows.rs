//! Changes of rows that no part of the program knows of.

use bot_core::store::Db;
use rand::RngExt as _;
use rand::rngs::StdRng;
use sqlx::SqlitePool;

use super::Bug;

const REQUEUE: &str = "UPDATE outbox SET state = 'queued' WHERE state = 'leased'";
const DROP_LEASED: &str = "DELETE FROM outbox WHERE state = 'leased'";
const FORGET_TAKEN: &str = "DELETE FROM event_taken";
const DROP_TIMER: &str = "DELETE FROM timer WHERE feature = 'moderation' AND kind = 'lift'";
const EARLY: &str = "UPDATE timer SET try_at_ms = due_at_ms - 20000 WHERE feature = 'moderation' AND kind = 'lift' AND try_at_ms = due_at_ms";
const SWAP: &str = "WITH two AS (SELECT a.id AS one, a.action AS first, b.id AS other, b.action AS second FROM outbox a \
    JOIN outbox b ON b.chat = a.chat AND b.lane = a.lane AND b.id > a.id \
    WHERE a.lane = 1 AND a.state = 'queued' AND b.state = 'queued' \
    AND a.action LIKE '%\"K%' AND b.action LIKE '%\"K%' AND a.action LIKE '{\"send%' AND b.action LIKE '{\"send%' LIMIT 1) \
    UPDATE outbox SET action = CASE id WHEN two.one THEN two.second ELSE two.first END FROM two WHERE id IN (two.one, two.other)";
const DEMOTE: &str = "UPDATE outbox SET lane = 2, turn = 1000000000 WHERE lane = 0 AND state = 'queued'";
const LIE: &str = "UPDATE delivery SET state = 'sent' WHERE state IN ('rejected', 'unknown')";
const THAW: &str = "DELETE FROM delivery WHERE state = 'queued' AND recipient LIKE '%7'";
const REFUSE: &str = "UPDATE outbox SET state = 'rejected', settled_at_ms = created_at_ms WHERE state = 'queued' AND lane = 1 AND id LIKE '%7'";
const STICK: &str = "UPDATE outbox SET state = 'leased' WHERE state = 'sent' AND id LIKE '%77'";
const FORGET_HOLD: &str = "DELETE FROM delivery_hold";
const LOSE_HELD: &str = "UPDATE delivery SET state = 'cancelled' WHERE state = 'planned' AND push IN (SELECT push FROM delivery_hold)";

const DEAL: &str = "UPDATE delivery SET variant = 1 WHERE state = 'planned' AND variant = 0";
const NAME_OTHER: &str = "UPDATE announcement SET variants = json_set(variants, '$.verdict.winner', 0) WHERE state = 'sent' AND variants->>'$.verdict.winner' = 1";

async fn change(db: &Db, sql: &'static str) {
    let Db::Sqlite { writer, .. } = db else { return };
    let pool: &SqlitePool = writer;
    sqlx::query(sql).execute(pool).await.unwrap();
    crate::node::rest(db).await;
}

pub(super) async fn at_kill(bug: Bug, db: &Db) {
    match bug {
        Bug::RequeuesLeased => change(db, REQUEUE).await,
        Bug::DropsLeased => change(db, DROP_LEASED).await,
        Bug::ForgetsTaken => change(db, FORGET_TAKEN).await,
        _ => {}
    }
}

pub(super) async fn between(bug: Bug, db: &Db, rng: &mut StdRng) {
    let now_and_then = rng.random_range(0..8) == 0;
    match bug {
        Bug::DropsTimer if now_and_then => change(db, DROP_TIMER).await,
        Bug::LiftsEarly => change(db, EARLY).await,
        Bug::SwapsRows if now_and_then => change(db, SWAP).await,
        Bug::DemotesUrgent => change(db, DEMOTE).await,
        Bug::LedgerLies => change(db, LIE).await,
        Bug::ForgetsFreeze if now_and_then => change(db, THAW).await,
        Bug::RefusesInSilence if now_and_then => change(db, REFUSE).await,
        Bug::NeverSettles if now_and_then => change(db, STICK).await,
        Bug::ForgetsPause => change(db, FORGET_HOLD).await,
        Bug::DealsAnew => change(db, DEAL).await,
        Bug::WinnerLies => change(db, NAME_OTHER).await,
        Bug::LosesHeld => change(db, LOSE_HELD).await,
        _ => {}
    }
}
