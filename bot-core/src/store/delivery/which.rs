//! Copies of a push by account, and narrowed down by state and account.

use super::{CopyRow, StoredCopy, page};
use crate::chat::AccountId;
use crate::features::delivery::CopyState;
use crate::store::{StoreError, Tx, on};

const PAGE_OF_ACCOUNT: &str = copy_sql!(
    "WHERE push = $1 AND recipient > $2 AND account = $5 AND ($4 = '' OR state = $4) ORDER BY recipient LIMIT $3"
);
const PINNED: &str =
    copy_sql!("WHERE push = $1 AND (pin = 'pinned' OR pin LIKE 'posted %') ORDER BY recipient LIMIT $2");

/// Which copies of a push: what is `None` is any.
#[derive(Clone, Copy, Debug, Default)]
pub struct Which<'a> {
    /// In this state.
    pub state: Option<CopyState>,
    /// Through this account.
    pub account: Option<&'a AccountId>,
}

/// The rows of a push after `after`, by recipient, narrowed down by state, by account, or by both.
///
/// # Errors
/// When the database fails.
pub async fn page_of(
    tx: &mut Tx,
    push: &str,
    which: Which<'_>,
    after: &str,
    limit: i64,
) -> Result<Vec<StoredCopy>, StoreError> {
    let Some(account) = which.account else { return page(tx, push, which.state, after, limit).await };
    let state = which.state.map(CopyState::word).unwrap_or_default();
    let rows: Vec<CopyRow> = on!(tx, |c| sqlx::query_as(PAGE_OF_ACCOUNT)
        .bind(push)
        .bind(after)
        .bind(limit)
        .bind(state)
        .bind(account)
        .fetch_all(c))?;
    rows.into_iter().map(StoredCopy::try_from).collect()
}

/// The first copies, by recipient, that are pinned or stand on a board.
///
/// # Errors
/// When the database fails.
pub async fn pinned(tx: &mut Tx, push: &str, limit: i64) -> Result<Vec<StoredCopy>, StoreError> {
    let rows: Vec<CopyRow> = on!(tx, |c| sqlx::query_as(PINNED).bind(push).bind(limit).fetch_all(c))?;
    rows.into_iter().map(StoredCopy::try_from).collect()
}
