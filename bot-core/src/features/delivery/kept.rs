//! What was counted of a large audience, kept for a minute: counting goes through every one of its people.

use std::sync::Arc;

use super::step::Stood;
use crate::hall::Hall;
use crate::shelf::Shelf;
use crate::store::delivery::{ZoneShare, zone_shares};
use crate::store::segment::{Filter, Share, merchants_without_contact, summary, unreachable};
use crate::store::{StoreError, Tx};

/// From how many recipients on what was counted is kept; fewer are counted each time, in no time.
const KEPT_FROM: i64 = 5_000;
/// How many unreachable recipients are looked at for their names.
const LOOKED_AT: i64 = 200;

/// Whom an audience reaches.
pub(super) struct Reach {
    pub(super) shares: Vec<Share>,
    /// Some who cannot be reached: reason and name.
    pub(super) names: Vec<(String, String)>,
    pub(super) merchants_without_contact: i64,
}

/// What was counted lately, and how far steps came.
#[derive(Default)]
pub(crate) struct Kept {
    /// By push and phase.
    pub(super) steps: Shelf<Stood>,
    reaches: Shelf<Reach>,
    zones: Shelf<Vec<ZoneShare>>,
}

impl Kept {
    /// Forgets all of it, since somebody who may be named in it was erased. Another program on the database names them for as long
    /// as it keeps what it counted.
    pub(crate) fn forget(&self) {
        self.steps.clear();
        self.reaches.clear();
        self.zones.clear();
    }
}

/// Everything by which an audience is counted, but for the moment.
fn key(filter: &Filter<'_>) -> Result<String, StoreError> {
    let most = filter.cap.map(|(most, _)| most);
    serde_json::to_string(&(
        filter.audience,
        filter.write_first,
        filter.accounts,
        filter.default_lang.word(),
        most,
    ))
    .map_err(|error| StoreError::unreadable("audience", error))
}

/// Whom an audience reaches, and when that was counted, unix milliseconds, if not now.
pub(super) async fn reach(
    hall: &Hall,
    tx: &mut Tx,
    filter: &Filter<'_>,
    now_ms: i64,
) -> Result<(Arc<Reach>, Option<i64>), StoreError> {
    let key = key(filter)?;
    if let Some((reach, at_ms)) = hall.counted.reaches.get(&key, now_ms) {
        return Ok((reach, Some(at_ms)));
    }
    let reach = Arc::new(Reach {
        shares: summary(tx, filter).await?,
        names: unreachable(tx, filter, LOOKED_AT).await?,
        merchants_without_contact: merchants_without_contact(tx, filter.audience).await?,
    });
    if reach.shares.iter().map(|share| share.recipients).sum::<i64>() >= KEPT_FROM {
        hall.counted.reaches.put(key, now_ms, &reach);
    }
    Ok((reach, None))
}

/// In which zones an audience is, and when that was counted, if not now.
pub(super) async fn zones(
    hall: &Hall,
    tx: &mut Tx,
    filter: &Filter<'_>,
    now_ms: i64,
) -> Result<(Arc<Vec<ZoneShare>>, Option<i64>), StoreError> {
    let key = key(filter)?;
    if let Some((zones, at_ms)) = hall.counted.zones.get(&key, now_ms) {
        return Ok((zones, Some(at_ms)));
    }
    let zones = Arc::new(zone_shares(tx, filter).await?);
    if zones.iter().map(|share| share.recipients).sum::<i64>() >= KEPT_FROM {
        hall.counted.zones.put(key, now_ms, &zones);
    }
    Ok((zones, None))
}

#[cfg(test)]
mod tests {
    use sqlx::AssertSqlSafe;

    use super::*;
    use crate::chat::Lang;
    use crate::features::segment::Audience;
    use crate::shelf::KEPT_MS;
    use crate::store::execute;
    use crate::store::testing::{START_MS, on_both};

    /// Merchants with a person each, of whom nobody has written first; every thousandth is a heart.
    const MANY: [&str; 4] = [
        "INSERT INTO person (id, created_at_ms) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT 'p' || i, 1 FROM n",
        "INSERT INTO chat_user (id, account, platform_key, person, name, is_bot, created_at_ms) SELECT 'u' || id, 'sandbox', id, id, id, FALSE, 1 FROM person",
        "INSERT INTO merchant (id, name, category, tier, created_at_ms) SELECT 'm' || id, id, 'toys', CASE WHEN id LIKE '%000' THEN 'heart' ELSE 'none' END, 1 FROM person",
        "INSERT INTO contact (id, merchant, person, role) SELECT 'k' || id, 'm' || id, id, 'admin' FROM person",
    ];

    #[test]
    fn a_large_audience_is_counted_once_a_minute_and_a_small_one_each_time() {
        on_both(|hall| async move {
            let tx = &mut hall.db.write().await.unwrap();
            for sql in MANY {
                // Fixed texts of this file.
                execute!(tx, sqlx::raw_sql(AssertSqlSafe(sql))).unwrap();
            }
            let everyone = Audience::all_people();
            let hearts = Audience { tiers: vec!["heart".into()], ..Audience::all_people() };
            let of = |audience| Filter {
                audience,
                write_first: &[],
                accounts: &[],
                default_lang: Lang::En,
                cap: None,
            };
            let all = |reach: &Reach| reach.shares.iter().map(|share| share.recipients).sum::<i64>();
            let (first, at_ms) = reach(&hall, tx, &of(&everyone), START_MS).await.unwrap();
            assert_eq!((all(&first), first.names.len(), at_ms), (5_000, 200, None));
            zones(&hall, tx, &of(&everyone), START_MS).await.unwrap();
            reach(&hall, tx, &of(&hearts), START_MS).await.unwrap();
            execute!(tx, sqlx::query("DELETE FROM contact WHERE person = 'p1000'")).unwrap();
            let soon_ms = START_MS + KEPT_MS - 1;
            let (kept, at_ms) = reach(&hall, tx, &of(&everyone), soon_ms).await.unwrap();
            assert_eq!((all(&kept), at_ms), (5_000, Some(START_MS)), "and it is said that it is not of now");
            assert_eq!(kept.names.len(), 200);
            assert_eq!(
                zones(&hall, tx, &of(&everyone), soon_ms).await.unwrap().1,
                None,
                "nobody can be written to"
            );
            let (few, at_ms) = reach(&hall, tx, &of(&hearts), soon_ms).await.unwrap();
            assert_eq!((all(&few), at_ms), (4, None));
            let first = ["sandbox".into()];
            let other = Filter { write_first: &first, ..of(&everyone) };
            assert_eq!(reach(&hall, tx, &other, soon_ms).await.unwrap().1, None, "another way to them");
            let (anew, at_ms) = reach(&hall, tx, &of(&everyone), START_MS + KEPT_MS).await.unwrap();
            assert_eq!((all(&anew), at_ms), (4_999, None));
            hall.counted.forget();
            let ms = START_MS + KEPT_MS + 1;
            assert_eq!(reach(&hall, tx, &of(&everyone), ms).await.unwrap().1, None, "somebody was erased");
        });
    }
}
