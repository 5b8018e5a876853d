//! The chats that copies go to.

use super::WHAT;
use crate::chat::AccountId;
use crate::ids::{ChatId, UserId};
use crate::store::{DbKind, StoreError, Tx, execute, json, on};

const MAKE_CHATS_SQLITE: &str = "INSERT INTO chat (id, account, platform_key, kind, title, purpose, lang, peer, reach, created_at_ms) \
    SELECT v.value->>1, u.account, NULL, 'direct', '', 'community', NULL, u.id, 'untried', $2 FROM json_each($1) AS v \
    JOIN chat_user u ON u.id = v.value->>0 WHERE true ON CONFLICT DO NOTHING";
const MAKE_CHATS_POSTGRES: &str = "INSERT INTO chat (id, account, platform_key, kind, title, purpose, lang, peer, reach, created_at_ms) \
    SELECT v.value->>1, u.account, NULL, 'direct', '', 'community', NULL, u.id, 'untried', $2 FROM jsonb_array_elements($1::text::jsonb) AS v (value) \
    JOIN chat_user u ON u.id = v.value->>0 ON CONFLICT DO NOTHING";
const FIND_CHATS: &str = "UPDATE delivery SET chat = (SELECT c.id FROM chat c WHERE c.peer = delivery.chat_user) \
    WHERE push = $1 AND state = 'planned' AND chat IS NULL AND recipient <= $2";
const OLDER: &str = "SELECT count(*) FROM delivery WHERE push = $1 AND account = $2 AND sent_at_ms < $3 AND state IN ('sent', 'edited', 'edit_failed', 'recall_failed')";
const SAMPLE: &str = "SELECT chat FROM delivery WHERE push = $1 AND account = $2 AND chat IS NOT NULL ORDER BY recipient LIMIT 1";

/// Makes the direct chats of planned copies up to a recipient that have none yet. `new` names an identity and
/// the id for its chat.
///
/// # Errors
/// When the database fails.
pub async fn make_chats(
    tx: &mut Tx,
    push: &str,
    up_to: &str,
    new: &[(&UserId, ChatId)],
    now_ms: i64,
) -> Result<(), StoreError> {
    let pairs = json::kept(WHAT, &new)?;
    let sql = if tx.kind() == DbKind::Sqlite { MAKE_CHATS_SQLITE } else { MAKE_CHATS_POSTGRES };
    execute!(tx, sqlx::query(sql).bind(&pairs).bind(now_ms))?;
    execute!(tx, sqlx::query(FIND_CHATS).bind(push).bind(up_to)).map(|_| ())
}

/// How many standing copies of an account were sent before a time.
///
/// # Errors
/// When the database fails.
pub async fn older(tx: &mut Tx, push: &str, account: &AccountId, before_ms: i64) -> Result<i64, StoreError> {
    on!(tx, |c| sqlx::query_scalar(OLDER).bind(push).bind(account).bind(before_ms).fetch_one(c))
}

/// One of the chats to which a push goes through an account.
///
/// # Errors
/// When the database fails.
pub async fn sample(tx: &mut Tx, push: &str, account: &AccountId) -> Result<Option<ChatId>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(SAMPLE).bind(push).bind(account).fetch_optional(c))
}
