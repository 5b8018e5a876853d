//! Answers that were given, and what became of them.

use sqlx::FromRow;

use crate::chat::MessageKey;
use crate::ids::{ChatId, OutboxId, RowId, StaffId, UserId};
use crate::store::{StoreError, Tx, execute, on};

/// An answer that was given.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Given {
    /// Its id.
    pub id: RowId,
    /// The article's slug.
    pub article: String,
    /// The language that it was said in, as stored.
    pub lang: String,
    /// Where.
    pub chat: ChatId,
    /// To whom.
    pub asker: Option<UserId>,
    /// The message that asked.
    pub question: MessageKey,
    /// The staff member who posted it by hand.
    pub by_staff: Option<StaffId>,
    /// The earlier answer that this one only points at.
    pub points_at: Option<RowId>,
    /// How sure the match was, in thousandths; 1000 when given by hand.
    pub confidence: i64,
    /// What was sent, as JSON of a content without buttons.
    pub content: String,
    /// The outbox row that sends it.
    pub outbox: OutboxId,
    /// What became of it, as stored.
    pub state: String,
    /// When, unix milliseconds.
    pub given_at_ms: i64,
}

/// An answer of the last minutes, as far as the next one hangs on it.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Lately {
    /// Its id.
    pub id: RowId,
    /// The article's slug.
    pub article: String,
    /// To whom.
    pub asker: Option<UserId>,
    /// The staff member who posted it by hand.
    pub by_staff: Option<StaffId>,
    /// The earlier answer that this one only points at.
    pub points_at: Option<RowId>,
    /// The outbox row that sends it.
    pub outbox: OutboxId,
    /// What became of it, as stored.
    pub state: String,
    /// When, unix milliseconds.
    pub given_at_ms: i64,
}

impl Lately {
    /// Whether it reached the chat, or is on its way there.
    pub fn stands(&self) -> bool {
        self.state != GivenState::Failed.word()
    }
}

impl From<&Given> for Lately {
    fn from(given: &Given) -> Self {
        Self {
            id: given.id.clone(),
            article: given.article.clone(),
            asker: given.asker.clone(),
            by_staff: given.by_staff.clone(),
            points_at: given.points_at.clone(),
            outbox: given.outbox.clone(),
            state: given.state.clone(),
            given_at_ms: given.given_at_ms,
        }
    }
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GivenState {
    /// On its way.
    Queued,
    /// The platform confirmed it.
    Shown,
    /// The platform refused it, or its fate is unknown.
    Failed,
    /// The asker says that it helped.
    Solved,
    /// The asker says that it did not.
    Unsolved,
}

impl GivenState {
    /// The word stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Shown => "shown",
            Self::Failed => "failed",
            Self::Solved => "solved",
            Self::Unsolved => "unsolved",
        }
    }
}

/// How often an article was given with one end.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Tally {
    /// The article's slug.
    pub article: String,
    /// What became of it, as stored.
    pub state: String,
    /// How often.
    pub times: i64,
}

const ADD: &str = "INSERT INTO answer_given (id, article, lang, chat, asker, question, by_staff, points_at, confidence, content, outbox, state, given_at_ms) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
const GET: &str = "SELECT id, article, lang, chat, asker, question, by_staff, points_at, confidence, content, outbox, state, given_at_ms FROM answer_given WHERE id = $1";
const SINCE: &str = "SELECT id, article, asker, by_staff, points_at, outbox, state, given_at_ms FROM answer_given \
    WHERE chat = $1 AND given_at_ms > $2 ORDER BY given_at_ms, id";
const SENT: &str = "UPDATE answer_given SET state = $2 WHERE id = $1 AND state = 'queued'";
const SETTLE: &str = "UPDATE answer_given SET state = $2, settled_at_ms = $3 WHERE id = $1 AND state NOT IN ('solved', 'unsolved')";
const TALLY: &str = "SELECT article, state, count(*) AS times FROM answer_given WHERE given_at_ms >= $1 GROUP BY article, state ORDER BY article, state";

/// Keeps an answer that goes out.
///
/// # Errors
/// When the database fails.
pub async fn add_given(tx: &mut Tx, given: &Given) -> Result<(), StoreError> {
    execute!(
        tx,
        sqlx::query(ADD)
            .bind(&given.id)
            .bind(&given.article)
            .bind(&given.lang)
            .bind(&given.chat)
            .bind(&given.asker)
            .bind(&given.question)
            .bind(&given.by_staff)
            .bind(&given.points_at)
            .bind(given.confidence)
            .bind(&given.content)
            .bind(&given.outbox)
            .bind(&given.state)
            .bind(given.given_at_ms)
    )
    .map(|_| ())
}

/// An answer.
///
/// # Errors
/// When the database fails.
pub async fn get_given(tx: &mut Tx, id: &RowId) -> Result<Option<Given>, StoreError> {
    on!(tx, |c| sqlx::query_as(GET).bind(id).fetch_optional(c))
}

/// What was given in a chat after a time, oldest first. Few: the bot answers by itself only so often a minute.
///
/// # Errors
/// When the database fails.
pub async fn given_since(tx: &mut Tx, chat: &ChatId, after_ms: i64) -> Result<Vec<Lately>, StoreError> {
    on!(tx, |c| sqlx::query_as(SINCE).bind(chat).bind(after_ms).fetch_all(c))
}

/// Notes what the platform said of an answer; an asker who was faster is not overruled.
///
/// # Errors
/// When the database fails.
pub async fn mark_sent(tx: &mut Tx, id: &RowId, shown: bool) -> Result<(), StoreError> {
    let state = if shown { GivenState::Shown } else { GivenState::Failed };
    execute!(tx, sqlx::query(SENT).bind(id).bind(state.word())).map(|_| ())
}

/// Notes what the asker said of an answer. False when they said so before.
///
/// # Errors
/// When the database fails.
pub async fn settle_given(
    tx: &mut Tx,
    id: &RowId,
    state: GivenState,
    now_ms: i64,
) -> Result<bool, StoreError> {
    Ok(execute!(tx, sqlx::query(SETTLE).bind(id).bind(state.word()).bind(now_ms))? == 1)
}

/// How often each article was given since a time, by what became of it.
///
/// # Errors
/// When the database fails.
pub async fn tally(tx: &mut Tx, since_ms: i64) -> Result<Vec<Tally>, StoreError> {
    on!(tx, |c| sqlx::query_as(TALLY).bind(since_ms).fetch_all(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::on_both;

    fn given(id: &str, article: &str, given_at_ms: i64) -> Given {
        Given {
            id: id.into(),
            article: article.into(),
            lang: "en".into(),
            chat: "chat".into(),
            asker: Some("lin".into()),
            question: "m1".into(),
            by_staff: None,
            points_at: None,
            confidence: 900,
            content: "{}".into(),
            outbox: "out".into(),
            state: GivenState::Queued.word().into(),
            given_at_ms,
        }
    }

    #[test]
    fn what_the_asker_says_stands() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            let id = RowId::from("g1");
            add_given(&mut tx, &given("g1", "fees", 10)).await.unwrap();
            assert!(settle_given(&mut tx, &id, GivenState::Solved, 20).await.unwrap());
            assert!(!settle_given(&mut tx, &id, GivenState::Unsolved, 21).await.unwrap());
            mark_sent(&mut tx, &id, true).await.unwrap();
            assert_eq!(get_given(&mut tx, &id).await.unwrap().unwrap().state, "solved");
        });
    }

    #[test]
    fn what_was_given_lately_is_read_with_what_became_of_it() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            for one in [given("g2", "api", 30), given("g1", "fees", 10), given("g3", "fees", 30)] {
                add_given(&mut tx, &one).await.unwrap();
            }
            let elsewhere = Given { chat: "other".into(), ..given("g4", "fees", 30) };
            add_given(&mut tx, &elsewhere).await.unwrap();
            mark_sent(&mut tx, &"g3".into(), false).await.unwrap();
            let lately = given_since(&mut tx, &"chat".into(), 9).await.unwrap();
            let seen: Vec<_> = lately.iter().map(|one| (one.id.as_str(), one.stands())).collect();
            assert_eq!(seen, [("g1", true), ("g2", true), ("g3", false)]);
            assert_eq!(lately[0], Lately::from(&given("g1", "fees", 10)));
            assert_eq!(given_since(&mut tx, &"chat".into(), 10).await.unwrap().len(), 2);
        });
    }

    #[test]
    fn answers_are_counted_by_end() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            for (id, article) in [("g1", "fees"), ("g2", "fees"), ("g3", "api")] {
                add_given(&mut tx, &given(id, article, 10)).await.unwrap();
            }
            let by_hand = Given { by_staff: Some("staff".into()), ..given("g4", "api", 10) };
            add_given(&mut tx, &by_hand).await.unwrap();
            settle_given(&mut tx, &"g1".into(), GivenState::Unsolved, 20).await.unwrap();
            let tally = tally(&mut tx, 0).await.unwrap();
            let seen: Vec<_> =
                tally.iter().map(|one| (one.article.as_str(), one.state.as_str(), one.times)).collect();
            assert_eq!(seen, [("api", "queued", 2), ("fees", "queued", 1), ("fees", "unsolved", 1)]);
        });
    }
}
