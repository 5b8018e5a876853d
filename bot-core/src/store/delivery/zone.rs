//! Copies that wait for the morning of their recipients: which zones a push goes to, and from when on it may go out there.

use sqlx::FromRow;

use super::hold::take_out;
use super::{CopyRow, StoredCopy};
use crate::chat::AccountId;
use crate::features::delivery::CopyState;
use crate::ids::OutboxId;
use crate::store::segment::{Filter, bind_filter, over_recipients};
use crate::store::{StoreError, Tx, execute, on};

/// The zone of a recipient, a person or a group: what they said themselves, else the first by title of the groups they are
/// in, else the first by name of their shops; NULL where nobody said any.
macro_rules! zone_of {
    ($recipient:literal) => {
        concat!(
            "coalesce((SELECT z.name FROM time_zone z WHERE z.kind IN ('person', 'chat') AND z.id = ",
            $recipient,
            "), (SELECT z.name FROM chat_user gu JOIN chat_member gm ON gm.chat_user = gu.id JOIN chat g ON g.id = gm.chat ",
            "JOIN time_zone z ON z.kind = 'chat' AND z.id = g.id WHERE gu.person = ",
            $recipient,
            " AND g.kind <> 'direct' ORDER BY g.title, g.id LIMIT 1), ",
            "(SELECT z.name FROM contact k JOIN merchant m ON m.id = k.merchant JOIN time_zone z ON z.kind = 'merchant' AND z.id = m.id WHERE k.person = ",
            $recipient,
            " ORDER BY m.name, m.id LIMIT 1))"
        )
    };
}

const IS_ANY: &str = "SELECT EXISTS (SELECT 1 FROM time_zone)";
const PLACE: &str = concat!(
    "UPDATE delivery SET zone = ",
    zone_of!("delivery.recipient"),
    " WHERE push = $1 AND state = 'planned'"
);
const OPEN: &str = "INSERT INTO delivery_zone (push, zone, tested, opens_at_ms) \
    SELECT DISTINCT cast($1 AS TEXT), coalesce(d.zone, ''), d.variant IS NOT NULL, cast(0 AS BIGINT) FROM delivery d WHERE d.push = $1 AND d.state = 'planned'";
const ZONES: &str =
    "SELECT zone, tested, opens_at_ms FROM delivery_zone WHERE push = $1 ORDER BY zone, tested";
const SET: &str = "UPDATE delivery_zone SET opens_at_ms = $4 WHERE push = $1 AND zone = $2 AND tested = $3";
const READY: &str = copy_sql!(
    "WHERE push = $1 AND state = 'planned' AND recipient > $4 AND (coalesce(zone, ''), variant IS NOT NULL) NOT IN \
     (SELECT w.zone, w.tested FROM delivery_zone w WHERE w.push = $1 AND w.opens_at_ms > $2) ORDER BY recipient LIMIT $3"
);
const WAITS: &str = "SELECT w.zone, w.tested, w.opens_at_ms, count(*) AS copies FROM delivery d JOIN delivery_zone w \
    ON w.push = d.push AND w.zone = coalesce(d.zone, '') AND w.tested = (d.variant IS NOT NULL) \
    WHERE d.push = $1 AND d.state = 'planned' AND w.opens_at_ms > $2 GROUP BY w.zone, w.tested, w.opens_at_ms ORDER BY w.opens_at_ms, w.zone, w.tested";
// From the end, where the courier is not.
const SHUT: &str = "SELECT d.recipient, d.outbox FROM delivery d CROSS JOIN outbox o \
    WHERE d.push = $1 AND d.state = 'queued' AND o.id = d.outbox AND o.state = 'queued' AND o.calls_done = 0 \
    AND (coalesce(d.zone, ''), d.variant IS NOT NULL) IN (SELECT w.zone, w.tested FROM delivery_zone w WHERE w.push = $1 AND w.opens_at_ms > $2) \
    ORDER BY d.recipient DESC LIMIT $3";

/// How many copies of a push wait in a zone, and until when.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Waiting {
    /// The zone; empty for the hall's.
    pub zone: String,
    /// Whether they are in a test.
    pub tested: bool,
    /// Until when, unix milliseconds.
    pub opens_at_ms: i64,
    /// How many.
    pub copies: i64,
}

/// How many recipients of an account are in a zone.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct ZoneShare {
    /// The account that reaches them.
    pub account: Option<AccountId>,
    /// The zone; `None` for the hall's.
    pub zone: Option<String>,
    /// How many.
    pub recipients: i64,
}

/// Notes the zone of each recipient of a push that was just frozen, and which zones there are; all of them are open.
///
/// # Errors
/// When the database fails.
pub async fn place(tx: &mut Tx, push: &str) -> Result<(), StoreError> {
    let is_any: bool = on!(tx, |c| sqlx::query_scalar(IS_ANY).fetch_one(c))?;
    if is_any {
        execute!(tx, sqlx::query(PLACE).bind(push))?;
    }
    execute!(tx, sqlx::query(OPEN).bind(push)).map(|_| ())
}

/// The zones of a push, for copies that are in a test (`true`) and for others, each with the time from which on it is open.
///
/// # Errors
/// When the database fails.
pub async fn zones(tx: &mut Tx, push: &str) -> Result<Vec<(String, bool, i64)>, StoreError> {
    on!(tx, |c| sqlx::query_as(ZONES).bind(push).fetch_all(c))
}

/// Opens or shuts a zone of a push, for copies that are in a test or for the others.
///
/// # Errors
/// When the database fails.
pub async fn set_opens(
    tx: &mut Tx,
    push: &str,
    (zone, tested): (&str, bool),
    opens_at_ms: i64,
) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(SET).bind(push).bind(zone).bind(tested).bind(opens_at_ms)).map(|_| ())
}

/// The first planned copies of a push after a recipient, in zones that are open.
///
/// # Errors
/// When the database fails.
pub async fn ready(
    tx: &mut Tx,
    push: &str,
    now_ms: i64,
    after: &str,
    limit: i64,
) -> Result<Vec<StoredCopy>, StoreError> {
    let rows: Vec<CopyRow> =
        on!(tx, |c| sqlx::query_as(READY).bind(push).bind(now_ms).bind(limit).bind(after).fetch_all(c))?;
    rows.into_iter().map(StoredCopy::try_from).collect()
}

/// How many planned copies wait, by zone, the earliest first.
///
/// # Errors
/// When the database fails.
pub async fn waits(tx: &mut Tx, push: &str, now_ms: i64) -> Result<Vec<Waiting>, StoreError> {
    on!(tx, |c| sqlx::query_as(WAITS).bind(push).bind(now_ms).fetch_all(c))
}

/// Takes up to `limit` copies out of the outbox whose zone has been shut meanwhile: they are planned again. True when there
/// may be more.
///
/// # Errors
/// When the database fails.
pub async fn withdraw_shut(tx: &mut Tx, push: &str, limit: i64, now_ms: i64) -> Result<bool, StoreError> {
    let shut: Vec<(String, OutboxId)> =
        on!(tx, |c| sqlx::query_as(SHUT).bind(push).bind(now_ms).bind(limit).fetch_all(c))?;
    take_out(tx, push, &shut, CopyState::Planned, now_ms).await?;
    Ok(i64::try_from(shut.len()).unwrap_or(limit) >= limit)
}

/// How many recipients of an audience can be written to, by account and zone.
///
/// # Errors
/// When the database fails.
pub async fn zone_shares(tx: &mut Tx, filter: &Filter<'_>) -> Result<Vec<ZoneShare>, StoreError> {
    let bound = filter.bound()?;
    let sql = over_recipients!(
        tx.kind(),
        filter.audience.to,
        "SELECT s.account, s.zone, count(*) AS recipients FROM (SELECT r.account, coalesce((SELECT z.name FROM time_zone z WHERE z.kind IN ('person', 'chat') AND z.id = r.recipient), \
         (SELECT z.name FROM chat_user gu JOIN chat_member gm ON gm.chat_user = gu.id JOIN chat g ON g.id = gm.chat JOIN time_zone z ON z.kind = 'chat' AND z.id = g.id \
         WHERE gu.person = r.recipient AND g.kind <> 'direct' ORDER BY g.title, g.id LIMIT 1), \
         (SELECT z.name FROM contact k JOIN merchant m ON m.id = k.merchant JOIN time_zone z ON z.kind = 'merchant' AND z.id = m.id \
         WHERE k.person = r.recipient ORDER BY m.name, m.id LIMIT 1)) AS zone FROM ",
        "WHERE r.reason IS NULL) s GROUP BY s.account, s.zone ORDER BY s.account, s.zone"
    );
    on!(tx, |c| bind_filter!(sqlx::query_as(sql), bound).fetch_all(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Lang;
    use crate::features::segment::Audience;
    use crate::store::announcement::zone::{Whose, put};
    use crate::store::delivery;
    use crate::store::segment::tests::community;
    use crate::store::testing::on_both;

    #[test]
    fn a_recipient_is_where_they_say_else_where_their_group_is_else_their_shop() {
        on_both(|hall| async move {
            let tx = &mut hall.db.write().await.unwrap();
            community(&hall, tx).await;
            let audience = Audience::all_people();
            let write_first = ["sandbox".into()];
            let filter = Filter {
                audience: &audience,
                write_first: &write_first,
                default_lang: Lang::En,
                accounts: &[],
                cap: None,
            };
            delivery::freeze(tx, "A-0", &filter).await.unwrap();
            place(tx, "A-0").await.unwrap();
            assert_eq!(zones(tx, "A-0").await.unwrap(), [(String::new(), false, 0)], "nobody said anything");
            put(tx, Whose::Chat("g1"), Some("Asia/Tokyo")).await.unwrap();
            put(tx, Whose::Person("p-lin"), Some("Europe/Berlin")).await.unwrap();
            delivery::freeze(tx, "A-1", &filter).await.unwrap();
            place(tx, "A-1").await.unwrap();
            let zone_of = |copies: &[StoredCopy], who: &str| {
                copies.iter().find(|copy| copy.recipient == who).and_then(|copy| copy.zone.clone())
            };
            let planned = ready(tx, "A-1", 0, "", 99).await.unwrap();
            assert_eq!(zone_of(&planned, "p-lin").as_deref(), Some("Europe/Berlin"));
            let mut by_zone: std::collections::BTreeMap<String, i64> = Default::default();
            for copy in &planned {
                *by_zone.entry(copy.zone.clone().unwrap_or_default()).or_default() += 1;
            }
            let mut shares: std::collections::BTreeMap<String, i64> = Default::default();
            for share in zone_shares(tx, &filter).await.unwrap() {
                *shares.entry(share.zone.unwrap_or_default()).or_default() += share.recipients;
            }
            assert_eq!(shares, by_zone, "what is said before is what is done");
            // Who is shut waits, and nobody else.
            set_opens(tx, "A-1", ("Europe/Berlin", false), 50).await.unwrap();
            let open = ready(tx, "A-1", 49, "", 99).await.unwrap();
            assert_eq!(open.len(), planned.len() - 1);
            let waiting = Waiting { zone: "Europe/Berlin".into(), tested: false, opens_at_ms: 50, copies: 1 };
            assert_eq!(waits(tx, "A-1", 49).await.unwrap(), [waiting]);
            assert_eq!(waits(tx, "A-1", 50).await.unwrap(), []);
            assert_eq!(ready(tx, "A-1", 50, "", 99).await.unwrap().len(), planned.len());
            assert!(!withdraw_shut(tx, "A-1", 9, 49).await.unwrap(), "nothing of it is in the outbox");
        });
    }
}
