//! What the platform's own systems say of merchants: their ids there, and what happened to them.

use sqlx::FromRow;

use crate::ids::{MerchantId, RowId};
use crate::store::{StoreError, Tx, execute, on};

/// Something that happened to a merchant.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct MerchantEvent {
    /// Our id; ids rise with time.
    pub id: RowId,
    /// To which merchant.
    pub merchant: MerchantId,
    /// The teller's own id of it.
    pub event_id: String,
    /// What, such as `first_listing_done`.
    pub kind: String,
    /// When, as the teller says, unix milliseconds.
    pub at_ms: i64,
    /// What else is told of it, as JSON.
    pub detail: String,
    /// When we heard of it, unix milliseconds.
    pub received_at_ms: i64,
}

const BY_EXTERNAL: &str = "SELECT merchant FROM merchant_external WHERE external_id = $1";
const EXTERNAL_OF: &str = "SELECT external_id FROM merchant_external WHERE merchant = $1";
const LINK: &str = "INSERT INTO merchant_external (external_id, merchant) VALUES ($1, $2)";
const ADD_EVENT: &str = "INSERT INTO merchant_event (id, merchant, event_id, kind, at_ms, detail, received_at_ms) \
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (merchant, event_id) DO NOTHING";
const EVENTS: &str = "SELECT id, merchant, event_id, kind, at_ms, detail, received_at_ms FROM merchant_event \
    WHERE merchant = $1 AND id > $2 ORDER BY id LIMIT $3";

/// The merchant that has this id in the platform's own systems.
///
/// # Errors
/// When the database fails.
pub async fn merchant_by_external(tx: &mut Tx, external: &str) -> Result<Option<MerchantId>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(BY_EXTERNAL).bind(external).fetch_optional(c))
}

/// The id that a merchant has in the platform's own systems.
///
/// # Errors
/// When the database fails.
pub async fn external_of(tx: &mut Tx, merchant: &MerchantId) -> Result<Option<String>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(EXTERNAL_OF).bind(merchant).fetch_optional(c))
}

/// Says which id a merchant has in the platform's own systems.
///
/// # Errors
/// When the database fails, the merchant has one already, or another merchant has this one.
pub async fn link_external(tx: &mut Tx, external: &str, merchant: &MerchantId) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(LINK).bind(external).bind(merchant)).map(|_| ())
}

/// Keeps an event. False when it was told before.
///
/// # Errors
/// When the database fails, or there is no such merchant.
pub async fn add_merchant_event(tx: &mut Tx, event: &MerchantEvent) -> Result<bool, StoreError> {
    let added = execute!(
        tx,
        sqlx::query(ADD_EVENT)
            .bind(&event.id)
            .bind(&event.merchant)
            .bind(&event.event_id)
            .bind(&event.kind)
            .bind(event.at_ms)
            .bind(&event.detail)
            .bind(event.received_at_ms)
    )?;
    Ok(added == 1)
}

/// What happened to a merchant, in the order in which we heard of it, from the one after `after`.
///
/// # Errors
/// When the database fails.
pub async fn merchant_events(
    tx: &mut Tx,
    merchant: &MerchantId,
    after: &str,
    limit: i64,
) -> Result<Vec<MerchantEvent>, StoreError> {
    on!(tx, |c| sqlx::query_as(EVENTS).bind(merchant).bind(after).bind(limit).fetch_all(c))
}

#[cfg(test)]
mod tests {
    use super::super::merchant::tests::shop;
    use super::*;
    use crate::store::people::{Tier, add_merchant};
    use crate::store::testing::on_both;

    #[test]
    fn a_merchant_is_known_by_its_id_elsewhere() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            for id in ["1", "2"] {
                add_merchant(&mut tx, &shop(id, id, Tier::None, &[])).await.unwrap();
            }
            assert_eq!(merchant_by_external(&mut tx, "x").await.unwrap(), None);
            link_external(&mut tx, "x", &"1".into()).await.unwrap();
            assert_eq!(merchant_by_external(&mut tx, "x").await.unwrap(), Some("1".into()));
            assert_eq!(external_of(&mut tx, &"1".into()).await.unwrap(), Some("x".into()));
            assert_eq!(external_of(&mut tx, &"2".into()).await.unwrap(), None);
            assert!(link_external(&mut tx, "x", &"2".into()).await.is_err(), "it is another's");
        });
    }

    #[test]
    fn an_event_is_kept_once_for_each_merchant() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            for id in ["1", "2"] {
                add_merchant(&mut tx, &shop(id, id, Tier::None, &[])).await.unwrap();
            }
            let event = |id: &str, merchant: &str, event_id: &str| MerchantEvent {
                id: id.into(),
                merchant: merchant.into(),
                event_id: event_id.into(),
                kind: "first_listing_done".into(),
                at_ms: 1,
                detail: "{}".into(),
                received_at_ms: 2,
            };
            assert!(add_merchant_event(&mut tx, &event("a", "1", "e1")).await.unwrap());
            assert!(!add_merchant_event(&mut tx, &event("b", "1", "e1")).await.unwrap());
            assert!(add_merchant_event(&mut tx, &event("c", "2", "e1")).await.unwrap());
            assert!(add_merchant_event(&mut tx, &event("d", "1", "e2")).await.unwrap());
            let all = merchant_events(&mut tx, &"1".into(), "", 9).await.unwrap();
            assert_eq!(all, [event("a", "1", "e1"), event("d", "1", "e2")]);
            let later = merchant_events(&mut tx, &"1".into(), "a", 9).await.unwrap();
            assert_eq!(later, [event("d", "1", "e2")]);
            assert_eq!(merchant_events(&mut tx, &"1".into(), "", 1).await.unwrap().len(), 1);
        });
    }
}
