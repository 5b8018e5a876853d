//! Questions that no article answers, counted however they are put.

use std::collections::{BTreeMap, HashSet};

use async_trait::async_trait;
use serde::Serialize;
use sqlx::FromRow;

use crate::chat::MessageKey;
use crate::ids::{ChatId, RowId, UserId};
use crate::store::{DbKind, StoreError, Tx, execute, on};
use crate::work::PendingRow;

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
pub struct NewGap {
    /// The id of the gap, should it be new.
    pub id: RowId,
    /// The id of this asking.
    pub ask_id: RowId,
    /// Its words as the matcher sees them, sorted.
    pub form: String,
    /// As it was put.
    pub sample: String,
    /// The article that came nearest, and how near, in thousandths.
    pub best: Option<(String, i64)>,
    /// Where, when and by whom.
    pub ask: GapAsk,
}

/// What several askings of one gap come to, as a row of the statement.
#[derive(Serialize)]
struct Line<'g> {
    id: &'g RowId,
    form: &'g str,
    sample: &'g str,
    asked: i64,
    best: Option<&'g str>,
    confidence: i64,
    first_at_ms: i64,
    last_at_ms: i64,
}

/// One asking, as a row of the statement.
#[derive(Serialize)]
struct AskLine<'g> {
    id: &'g RowId,
    form: &'g str,
    chat: &'g ChatId,
    message: &'g MessageKey,
    author: Option<&'g UserId>,
    asked_at_ms: i64,
}

macro_rules! keep_sql {
    ($rows:literal) => {
        concat!(
            "INSERT INTO gap (id, form, sample, asked, best, confidence, state, first_at_ms, last_at_ms) \
             SELECT value->>'id', value->>'form', value->>'sample', CAST(value->>'asked' AS BIGINT), value->>'best', \
             CAST(value->>'confidence' AS BIGINT), 'open', CAST(value->>'first_at_ms' AS BIGINT), CAST(value->>'last_at_ms' AS BIGINT) FROM ",
            $rows,
            " WHERE true ON CONFLICT (form) DO UPDATE SET sample = excluded.sample, asked = gap.asked + excluded.asked, \
             best = excluded.best, confidence = excluded.confidence, last_at_ms = excluded.last_at_ms, \
             state = CASE WHEN gap.state = 'answered' THEN 'open' ELSE gap.state END"
        )
    };
}
macro_rules! add_asks_sql {
    ($rows:literal) => {
        concat!(
            "INSERT INTO gap_ask (id, gap, chat, message, author, asked_at_ms) \
             SELECT value->>'id', gap.id, value->>'chat', value->>'message', value->>'author', CAST(value->>'asked_at_ms' AS BIGINT) FROM ",
            $rows,
            " JOIN gap ON gap.form = value->>'form'"
        )
    };
}

const KEEP_SQLITE: &str = keep_sql!("json_each($1)");
const KEEP_POSTGRES: &str = keep_sql!("jsonb_array_elements($1::text::jsonb)");
const ADD_ASKS_SQLITE: &str = add_asks_sql!("json_each($1)");
const ADD_ASKS_POSTGRES: &str = add_asks_sql!("jsonb_array_elements($1::text::jsonb)");
const KNOWN_SQLITE: &str = "SELECT chat, message FROM json_each($1) JOIN gap_ask ON chat = value->>'chat' AND message = value->>'message'";
const KNOWN_POSTGRES: &str = "SELECT chat, message FROM jsonb_array_elements($1::text::jsonb) JOIN gap_ask ON chat = value->>'chat' AND message = value->>'message'";
const TOP: &str = "SELECT id, form, sample, asked, best, confidence, first_at_ms, last_at_ms FROM gap WHERE state = 'open' ORDER BY asked DESC, last_at_ms DESC, id LIMIT $1";
const GET: &str =
    "SELECT id, form, sample, asked, best, confidence, first_at_ms, last_at_ms FROM gap WHERE id = $1";
const ASKS: &str = "SELECT chat, message, author, asked_at_ms FROM gap_ask WHERE gap = $1 ORDER BY asked_at_ms DESC, id LIMIT $2";
const DISMISS: &str = "UPDATE gap SET state = 'dismissed' WHERE id = $1 AND state = 'open'";
const ANSWERED: &str = "UPDATE gap SET state = 'answered' WHERE id = $1 AND state = 'open'";

/// Keeps questions, or counts them once more where they were asked before in other words. The same message
/// counts once. One for which an article was written is open again: the article did not answer it.
///
/// # Errors
/// When the database fails.
pub async fn keep_gaps(tx: &mut Tx, new: &[NewGap]) -> Result<(), StoreError> {
    let (known, keep, add_asks) = match tx.kind() {
        DbKind::Sqlite => (KNOWN_SQLITE, KEEP_SQLITE, ADD_ASKS_SQLITE),
        DbKind::Postgres => (KNOWN_POSTGRES, KEEP_POSTGRES, ADD_ASKS_POSTGRES),
    };
    let rows = json(&new.iter().map(ask_line).collect::<Vec<_>>())?;
    let known: Vec<(ChatId, MessageKey)> = on!(tx, |c| sqlx::query_as(known).bind(&rows).fetch_all(c))?;
    let mut met: HashSet<(&ChatId, &MessageKey)> =
        known.iter().map(|(chat, message)| (chat, message)).collect();
    let fresh: Vec<&NewGap> =
        new.iter().filter(|new| met.insert((&new.ask.chat, &new.ask.message))).collect();
    if fresh.is_empty() {
        return Ok(());
    }
    let asks = json(&fresh.iter().map(|new| ask_line(new)).collect::<Vec<_>>())?;
    let gaps = json(&lines(&fresh))?;
    execute!(tx, sqlx::query(keep).bind(&gaps))?;
    execute!(tx, sqlx::query(add_asks).bind(&asks)).map(|_| ())
}

/// One line for each gap: a statement may touch a row only once.
fn lines<'g>(new: &[&'g NewGap]) -> Vec<Line<'g>> {
    let mut lines: BTreeMap<&str, Line<'g>> = BTreeMap::new();
    for gap in new {
        let at_ms = gap.ask.asked_at_ms;
        let line = lines.entry(&gap.form).or_insert(Line {
            id: &gap.id,
            form: &gap.form,
            sample: &gap.sample,
            asked: 0,
            best: None,
            confidence: 0,
            first_at_ms: at_ms,
            last_at_ms: at_ms,
        });
        line.asked += 1;
        line.sample = &gap.sample;
        line.best = gap.best.as_ref().map(|best| best.0.as_str());
        line.confidence = gap.best.as_ref().map_or(0, |best| best.1);
        line.last_at_ms = at_ms;
    }
    lines.into_values().collect()
}

fn ask_line(new: &NewGap) -> AskLine<'_> {
    AskLine {
        id: &new.ask_id,
        form: &new.form,
        chat: &new.ask.chat,
        message: &new.ask.message,
        author: new.ask.author.as_ref(),
        asked_at_ms: new.ask.asked_at_ms,
    }
}

fn json(rows: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(rows).map_err(|error| StoreError::unreadable("gap", error))
}

#[async_trait]
impl PendingRow for NewGap {
    async fn write_many(tx: &mut Tx, rows: &[Self]) -> Result<(), StoreError> {
        keep_gaps(tx, rows).await
    }
}

/// The gaps asked most, most first.
///
/// # Errors
/// When the database fails.
pub async fn top_gaps(tx: &mut Tx, limit: i64) -> Result<Vec<Gap>, StoreError> {
    on!(tx, |c| sqlx::query_as(TOP).bind(limit).fetch_all(c))
}

/// A gap, whatever became of it.
///
/// # Errors
/// When the database fails.
pub async fn get_gap(tx: &mut Tx, gap: &RowId) -> Result<Option<Gap>, StoreError> {
    on!(tx, |c| sqlx::query_as(GET).bind(gap).fetch_optional(c))
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

/// Takes a gap off the list, because an article was written for it. False when it was not on it.
///
/// # Errors
/// When the database fails.
pub async fn mark_answered(tx: &mut Tx, gap: &RowId) -> Result<bool, StoreError> {
    Ok(execute!(tx, sqlx::query(ANSWERED).bind(gap))? == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::on_both;

    fn asked(number: i64, form: &str) -> NewGap {
        let ask = GapAsk {
            chat: "chat".into(),
            message: format!("m{number}").into(),
            author: Some("lin".into()),
            asked_at_ms: number,
        };
        NewGap {
            id: RowId(format!("gap{number}")),
            ask_id: RowId(format!("ask{number}")),
            form: form.to_owned(),
            sample: format!("{form}, {number}?"),
            best: Some(("fees".to_owned(), 10 * number)),
            ask,
        }
    }

    #[test]
    fn the_same_question_is_counted_and_the_most_asked_comes_first() {
        // At once, and each by itself.
        for together in [5, 1] {
            on_both(|hall| async move {
                let mut tx = hall.db.write().await.unwrap();
                let all = [(1, "app apple"), (2, "video"), (3, "video"), (3, "video"), (4, "app")];
                for some in all.map(|(number, form)| asked(number, form)).chunks(together) {
                    keep_gaps(&mut tx, some).await.unwrap();
                }
                let top = top_gaps(&mut tx, 10).await.unwrap();
                let seen: Vec<_> =
                    top.iter().map(|gap| (gap.form.as_str(), gap.asked, gap.sample.as_str())).collect();
                assert_eq!(
                    seen,
                    [("video", 2, "video, 3?"), ("app", 1, "app, 4?"), ("app apple", 1, "app apple, 1?")]
                );
                assert_eq!((top[0].confidence, top[0].first_at_ms, top[0].last_at_ms), (30, 2, 3));
                let asks = asks_of(&mut tx, &top[0].id, 10).await.unwrap();
                assert_eq!(asks.iter().map(|ask| ask.message.as_str()).collect::<Vec<_>>(), ["m3", "m2"]);
            });
        }
    }

    #[test]
    fn a_dismissed_gap_is_off_the_list() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            keep_gaps(&mut tx, &[asked(1, "video")]).await.unwrap();
            assert!(dismiss(&mut tx, &"gap1".into()).await.unwrap());
            assert!(!dismiss(&mut tx, &"gap1".into()).await.unwrap());
            assert_eq!(top_gaps(&mut tx, 10).await.unwrap(), []);
        });
    }

    #[test]
    fn a_gap_with_an_article_is_open_again_when_the_article_does_not_answer_it_and_a_dismissed_one_is_not() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            keep_gaps(&mut tx, &[asked(1, "video"), asked(2, "app")]).await.unwrap();
            assert!(mark_answered(&mut tx, &"gap1".into()).await.unwrap());
            assert!(!mark_answered(&mut tx, &"gap1".into()).await.unwrap());
            assert!(dismiss(&mut tx, &"gap2".into()).await.unwrap());
            assert!(!mark_answered(&mut tx, &"gap2".into()).await.unwrap());
            assert_eq!(top_gaps(&mut tx, 10).await.unwrap(), []);
            assert_eq!(get_gap(&mut tx, &"gap1".into()).await.unwrap().unwrap().sample, "video, 1?");
            assert_eq!(get_gap(&mut tx, &"gap9".into()).await.unwrap(), None);
            keep_gaps(&mut tx, &[asked(3, "video"), asked(4, "app")]).await.unwrap();
            let open = top_gaps(&mut tx, 10).await.unwrap();
            assert_eq!(
                open.iter().map(|gap| (gap.form.as_str(), gap.asked)).collect::<Vec<_>>(),
                [("video", 2)]
            );
        });
    }
}
