//! Requests to be let into groups.

use sqlx::FromRow;

use super::moderation::stored_word;
use super::{StoreError, Tx, execute, on};
use crate::chat::RequestKey;
use crate::ids::{ChatId, OutboxId, RowId, StaffId, UserId};

stored_word! {
    /// How far a request has come.
    RequestState, "join request state" {
        /// It waits for a moderator.
        Open = "open",
        /// The platform was asked to let them in.
        LettingIn = "letting_in",
        /// The platform was asked to turn them away.
        TurningAway = "turning_away",
        /// They are in.
        LetIn = "let_in",
        /// They were turned away.
        TurnedAway = "turned_away",
        /// The request is not there any more.
        Gone = "gone",
    }
}

/// A request to be let into a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinRequest {
    /// Our id of it.
    pub id: RowId,
    /// Into which group.
    pub chat: ChatId,
    /// Whose.
    pub user: UserId,
    /// The platform's key of it.
    pub request: RequestKey,
    /// What they wrote with it, or say of themselves.
    pub words: String,
    /// How far it has come.
    pub state: RequestState,
    /// Who decided, if it was one of the staff through us.
    pub by: Option<StaffId>,
    /// The card about it, with the chat where it stands.
    pub card: Option<(OutboxId, ChatId)>,
    /// When it came, unix milliseconds.
    pub at_ms: i64,
    /// When it was decided, unix milliseconds.
    pub decided_at_ms: Option<i64>,
}

impl RequestState {
    /// Whether something may still be decided about it.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::LettingIn | Self::TurningAway)
    }
}

#[derive(FromRow)]
struct Row {
    id: RowId,
    chat: ChatId,
    chat_user: UserId,
    request: RequestKey,
    words: String,
    state: String,
    by_staff: Option<StaffId>,
    card: Option<OutboxId>,
    card_chat: Option<ChatId>,
    at_ms: i64,
    decided_at_ms: Option<i64>,
}

impl TryFrom<Row> for JoinRequest {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            state: RequestState::from_word(&row.state)?,
            id: row.id,
            chat: row.chat,
            user: row.chat_user,
            request: row.request,
            words: row.words,
            by: row.by_staff,
            card: row.card.zip(row.card_chat),
            at_ms: row.at_ms,
            decided_at_ms: row.decided_at_ms,
        })
    }
}

macro_rules! request_sql {
    ($rest:literal) => {
        concat!(
            "SELECT id, chat, chat_user, request, words, state, by_staff, card, card_chat, at_ms, decided_at_ms ",
            "FROM join_request ",
            $rest
        )
    };
}

const PUT: &str = "INSERT INTO join_request (id, chat, chat_user, request, words, state, by_staff, card, card_chat, at_ms, decided_at_ms) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO UPDATE SET state = excluded.state, \
    by_staff = excluded.by_staff, card = excluded.card, card_chat = excluded.card_chat, decided_at_ms = excluded.decided_at_ms";
const GET: &str = request_sql!("WHERE id = $1");
const KNOWN: &str = request_sql!("WHERE chat = $1 AND chat_user = $2 AND request = $3");
const OPEN_OF: &str = request_sql!(
    "WHERE chat = $1 AND chat_user = $2 AND state IN ('open', 'letting_in', 'turning_away') ORDER BY id"
);
const OPEN: &str = request_sql!("WHERE state IN ('open', 'letting_in', 'turning_away') ORDER BY id LIMIT $1");

/// Keeps a request as it is now.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, one: &JoinRequest) -> Result<(), StoreError> {
    let (card, card_chat) = one.card.clone().unzip();
    execute!(
        tx,
        sqlx::query(PUT)
            .bind(&one.id)
            .bind(&one.chat)
            .bind(&one.user)
            .bind(&one.request)
            .bind(&one.words)
            .bind(one.state.word())
            .bind(&one.by)
            .bind(&card)
            .bind(&card_chat)
            .bind(one.at_ms)
            .bind(one.decided_at_ms)
    )
    .map(|_| ())
}

/// A request by our id.
///
/// # Errors
/// When the database fails.
pub async fn get(tx: &mut Tx, id: &RowId) -> Result<Option<JoinRequest>, StoreError> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(GET).bind(id).fetch_optional(c))?;
    row.map(JoinRequest::try_from).transpose()
}

/// A request by the platform's key.
///
/// # Errors
/// When the database fails.
pub async fn known(
    tx: &mut Tx,
    chat: &ChatId,
    user: &UserId,
    request: &RequestKey,
) -> Result<Option<JoinRequest>, StoreError> {
    let row: Option<Row> =
        on!(tx, |c| sqlx::query_as(KNOWN).bind(chat).bind(user).bind(request).fetch_optional(c))?;
    row.map(JoinRequest::try_from).transpose()
}

/// The requests of a user that are open in a chat, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn open_of(tx: &mut Tx, chat: &ChatId, user: &UserId) -> Result<Vec<JoinRequest>, StoreError> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(OPEN_OF).bind(chat).bind(user).fetch_all(c))?;
    rows.into_iter().map(JoinRequest::try_from).collect()
}

/// The open requests of all groups, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn open(tx: &mut Tx, limit: i64) -> Result<Vec<JoinRequest>, StoreError> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(OPEN).bind(limit).fetch_all(c))?;
    rows.into_iter().map(JoinRequest::try_from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{group, on_both, user};

    #[test]
    fn a_request_is_kept_until_it_is_decided() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            let chat = group(&mut tx, "sandbox", "market").await.id;
            let lin = user(&mut tx, "sandbox", "Lin").await.id;
            let mut one = JoinRequest {
                id: "j1".into(),
                chat: chat.clone(),
                user: lin.clone(),
                request: "r1".into(),
                words: "茶".into(),
                state: RequestState::Open,
                by: None,
                card: None,
                at_ms: 5,
                decided_at_ms: None,
            };
            put(&mut tx, &one).await.unwrap();
            one.card = Some(("o1".into(), chat.clone()));
            put(&mut tx, &one).await.unwrap();
            assert_eq!(open(&mut tx, 9).await.unwrap(), [one.clone()]);
            assert_eq!(known(&mut tx, &chat, &lin, &"r1".into()).await.unwrap(), Some(one.clone()));
            assert_eq!(known(&mut tx, &chat, &lin, &"r2".into()).await.unwrap(), None);
            (one.state, one.decided_at_ms) = (RequestState::LetIn, Some(9));
            put(&mut tx, &one).await.unwrap();
            assert_eq!(open_of(&mut tx, &chat, &lin).await.unwrap(), []);
            assert_eq!(get(&mut tx, &"j1".into()).await.unwrap(), Some(one));
        });
    }
}
