//! Questions that no article answers, counted however they are put.

use sqlx::FromRow;

use crate::chat::MessageKey;
use crate::ids::{ChatId, RowId, UserId};
use crate::store::{StoreError, Tx, execute, on};

/// A question that nobody could answer.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Gap {
    /// Its id.
    pub id: RowId,
    /// Its words as the matcher sees them, sorted.
    pub form: String,
    /// As it was put last.
    pub sample: String,
    /// How often it was asked.
    pub asked: i64,
    /// The article that came nearest.
    pub best: Option<String>,
    /// How near it came, in thousandths.
    pub confidence: i64,
    /// When it was asked first, unix milliseconds.
    pub first_at_ms: i64,
    /// When it was asked last, unix milliseconds.
    pub last_at_ms: i64,
}

/// Once that a gap was asked.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct GapAsk {
    /// Where.
    pub chat: ChatId,
    /// In which message.
    pub message: MessageKey,
    /// By whom.
    pub author: Option<UserId>,
    /// When, unix milliseconds.
    pub asked_at_ms: i64,
}

/// A question to be kept.
#[derive(Clone, Debug)]
pub struct NewGap<'g> {
    /// The id of the gap, should it be new.
    pub id: &'g RowId,
    /// The id of this asking.
    pub ask_id: &'g RowId,
    /// Its words as the matcher sees them, sorted.
    pub form: &'g str,
    /// As it was put.
    pub sample: &'g str,
    /// The article that came nearest, and how near, in thousandths.
    pub best: Option<(&'g str, i64)>,
    /// Where, when and by whom.
    pub ask: &'g GapAsk,
}

const KEEP: &str = "INSERT INTO gap (id, form, sample, asked, best, confidence, state, first_at_ms, last_at_ms) VALUES ($1, $2, $3, 1, $4, $5, 'open', $6, $6) \
    ON CONFLICT (form) DO UPDATE SET sample = excluded.sample, asked = gap.asked + 1, best = excluded.best, confidence = excluded.confidence, last_at_ms = excluded.last_at_ms \
    RETURNING id";
const KNOWN: &str = "SELECT count(*) FROM gap_ask WHERE chat = $1 AND message = $2";
const ADD_ASK: &str =
    "INSERT INTO gap_ask (id, gap, chat, message, author, asked_at_ms) VALUES ($1, $2, $3, $4, $5, $6)";
const TOP: &str = "SELECT id, form, sample, asked, best, confidence, first_at_ms, last_at_ms FROM gap WHERE state = 'open' ORDER BY asked DESC, last_at_ms DESC, id LIMIT $1";
const ASKS: &str = "SELECT chat, message, author, asked_at_ms FROM gap_ask WHERE gap = $1 ORDER BY asked_at_ms DESC, id LIMIT $2";
const DISMISS: &str = "UPDATE gap SET state = 'dismissed' WHERE id = $1 AND state = 'open'";

/// Keeps a question, or counts it once more when it was asked before in other words. The same message counts once.
///
/// # Errors
/// When the database fails.
pub async fn keep_gap(tx: &mut Tx, new: &NewGap<'_>) -> Result<(), StoreError> {
    let ask = new.ask;
    let known: i64 = on!(tx, |c| sqlx::query_scalar(KNOWN).bind(&ask.chat).bind(&ask.message).fetch_one(c))?;
    if known > 0 {
        return Ok(());
    }
    let gap: RowId = on!(tx, |c| sqlx::query_scalar(KEEP)
        .bind(new.id)
        .bind(new.form)
        .bind(new.sample)
        .bind(new.best.map(|best| best.0))
        .bind(new.best.map_or(0, |best| best.1))
        .bind(ask.asked_at_ms)
        .fetch_one(c))?;
    execute!(
        tx,
        sqlx::query(ADD_ASK)
            .bind(new.ask_id)
            .bind(&gap)
            .bind(&ask.chat)
            .bind(&ask.message)
            .bind(&ask.author)
            .bind(ask.asked_at_ms)
    )
    .map(|_| ())
}

/// The gaps asked most, most first.
///
/// # Errors
/// When the database fails.
pub async fn top_gaps(tx: &mut Tx, limit: i64) -> Result<Vec<Gap>, StoreError> {
    on!(tx, |c| sqlx::query_as(TOP).bind(limit).fetch_all(c))
}

/// Who asked a gap, latest first.
///
/// # Errors
/// When the database fails.
pub async fn asks_of(tx: &mut Tx, gap: &RowId, limit: i64) -> Result<Vec<GapAsk>, StoreError> {
    on!(tx, |c| sqlx::query_as(ASKS).bind(gap).bind(limit).fetch_all(c))
}

/// Takes a gap off the list. False when it was not on it.
///
/// # Errors
/// When the database fails.
pub async fn dismiss(tx: &mut Tx, gap: &RowId) -> Result<bool, StoreError> {
    Ok(execute!(tx, sqlx::query(DISMISS).bind(gap))? == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::on_both;

    async fn ask(tx: &mut Tx, number: i64, form: &str) {
        let (id, ask_id) = (RowId(format!("gap{number}")), RowId(format!("ask{number}")));
        let ask = GapAsk {
            chat: "chat".into(),
            message: format!("m{number}").into(),
            author: Some("lin".into()),
            asked_at_ms: number,
        };
        let sample = format!("{form}, {number}?");
        let new = NewGap {
            id: &id,
            ask_id: &ask_id,
            form,
            sample: &sample,
            best: Some(("fees", 10 * number)),
            ask: &ask,
        };
        keep_gap(tx, &new).await.unwrap();
    }

    #[test]
    fn the_same_question_is_counted_and_the_most_asked_comes_first() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            for (number, form) in [(1, "app apple"), (2, "video"), (3, "video"), (3, "video")] {
                ask(&mut tx, number, form).await;
            }
            let top = top_gaps(&mut tx, 10).await.unwrap();
            let seen: Vec<_> =
                top.iter().map(|gap| (gap.form.as_str(), gap.asked, gap.sample.as_str())).collect();
            assert_eq!(seen, [("video", 2, "video, 3?"), ("app apple", 1, "app apple, 1?")]);
            assert_eq!(top[0].confidence, 30);
            let asks = asks_of(&mut tx, &top[0].id, 10).await.unwrap();
            assert_eq!(asks.iter().map(|ask| ask.message.as_str()).collect::<Vec<_>>(), ["m3", "m2"]);
        });
    }

    #[test]
    fn a_dismissed_gap_is_off_the_list() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            ask(&mut tx, 1, "video").await;
            assert!(dismiss(&mut tx, &"gap1".into()).await.unwrap());
            assert!(!dismiss(&mut tx, &"gap1".into()).await.unwrap());
            assert_eq!(top_gaps(&mut tx, 10).await.unwrap(), []);
        });
    }
}
