//! The full-text index over articles: SQLite FTS5 in memory, whichever database holds the articles.

use std::collections::BTreeMap;

use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{ConnectOptions as _, SqlitePool};

use crate::store::StoreError;

/// The index. Written once; a change of the articles makes a new one.
#[derive(Debug)]
pub struct ArticleIndex {
    pool: SqlitePool,
}

// The words come cut, stemmed and folded: the tokenizer only parts them at spaces. Which articles hold a word is all
// that is asked, so neither text nor lengths are kept. Places are: a word such as w-8ben is two to the tokenizer.
const CREATE: &str = "CREATE VIRTUAL TABLE article_index USING fts5 (words, content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 0')";
const INSERT: &str = "INSERT INTO article_index (rowid, words) VALUES ($1, $2)";
// Many questions at a time and one row for all of them: each statement, and each row, costs a wake-up of the asking
// thread.
const FIND: &str = "SELECT json_group_object(asked.key, (SELECT group_concat(rowid) FROM article_index WHERE article_index MATCH asked.value)) \
    FROM json_each($1) asked WHERE asked.value <> ''";

impl ArticleIndex {
    /// An index of these articles, each given as its words with spaces between.
    ///
    /// # Errors
    /// When SQLite fails.
    pub async fn build(articles: &[String]) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .in_memory(true)
            .pragma("cache_size", "-2000")
            .disable_statement_logging();
        // One connection that is never closed: with it the memory would be gone.
        let pool = SqlitePoolOptions::new()
            .test_before_acquire(false)
            .max_connections(1)
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options)
            .await?;
        let mut tx = pool.begin().await?;
        sqlx::query(CREATE).execute(&mut *tx).await?;
        for (no, words) in (0_i64..).zip(articles) {
            sqlx::query(INSERT).bind(no).bind(words).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(Self { pool })
    }

    /// For each question, given as its words, the articles that any of the words stands in, by their place in what
    /// the index was built of, rising.
    ///
    /// # Errors
    /// When SQLite fails.
    pub async fn find(&self, questions: &[Vec<&str>]) -> Result<Vec<Vec<usize>>, StoreError> {
        let mut found = vec![Vec::new(); questions.len()];
        if questions.iter().all(Vec::is_empty) {
            return Ok(found);
        }
        let asked: Vec<String> = questions.iter().map(|words| query(words)).collect();
        let asked =
            serde_json::to_string(&asked).map_err(|error| StoreError::unreadable("question", error))?;
        let answer: String = sqlx::query_scalar(FIND).bind(asked).fetch_one(&self.pool).await?;
        let answer: BTreeMap<usize, Option<String>> =
            serde_json::from_str(&answer).map_err(|error| StoreError::unreadable("article index", error))?;
        for (question, list) in answer {
            let list = list.iter().flat_map(|list| list.split(',')).filter_map(|no| no.parse().ok());
            if let Some(found) = found.get_mut(question) {
                *found = list.collect();
                found.sort_unstable();
            }
        }
        Ok(found)
    }
}

/// FTS5's own language: each word as a string of its own, any of them.
fn query(words: &[&str]) -> String {
    words.iter().map(|word| format!("\"{}\"", word.replace('"', ""))).collect::<Vec<_>>().join(" OR ")
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn find(index: &ArticleIndex, words: &[&str]) -> Vec<usize> {
        index.find(&[words.to_vec()]).await.unwrap_or_else(|error| panic!("{words:?}: {error}")).remove(0)
    }

    #[tokio::test]
    async fn an_article_is_found_by_any_of_its_words() {
        let articles = ["coupon 提现 到账", "live x", "coupon w-8ben"].map(str::to_owned);
        let index = ArticleIndex::build(&articles).await.unwrap();
        assert_eq!(find(&index, &["提现"]).await, [0]);
        assert_eq!(find(&index, &["coupon", "live"]).await, [0, 1, 2]);
        assert_eq!(find(&index, &["w-8ben"]).await, [2]);
        assert_eq!(find(&index, &["提", "liv"]).await, Vec::<usize>::new(), "parts of words are none");
        assert_eq!(find(&index, &[]).await, Vec::<usize>::new());
    }

    #[tokio::test]
    async fn each_of_many_questions_gets_its_own_articles() {
        let articles = ["coupon", "live"].map(str::to_owned);
        let index = ArticleIndex::build(&articles).await.unwrap();
        let questions = [vec!["live"], vec![], vec!["nobody"], vec!["coupon", "live"]];
        assert_eq!(index.find(&questions).await.unwrap(), [vec![1], vec![], vec![], vec![0, 1]]);
        assert_eq!(index.find(&[]).await.unwrap(), Vec::<Vec<usize>>::new());
    }

    #[tokio::test]
    async fn no_word_is_read_as_a_command_to_the_index() {
        let index = ArticleIndex::build(&["not near x".to_owned()]).await.unwrap();
        for word in ["\"", "NOT", "a\" OR \"b", "words:", "*", "^x", "(", "NEAR(a b)"] {
            find(&index, &[word]).await;
        }
    }
}
