//! The full-text index over articles: SQLite FTS5 in memory, whichever database holds the articles.

use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{ConnectOptions as _, SqlitePool};

use crate::store::StoreError;

/// One article in one language, as words that are cut already.
#[derive(Clone, Debug, Default)]
pub struct IndexRow {
    /// The article's slug.
    pub slug: String,
    /// The words of its title and questions, with spaces between.
    pub head: String,
    /// The words of its body, with spaces between.
    pub body: String,
}

/// The index. Written once; a change of the articles makes a new one.
#[derive(Debug)]
pub struct ArticleIndex {
    pool: SqlitePool,
}

// The words come cut, stemmed and folded: the tokenizer only parts them at spaces.
const CREATE: &str = "CREATE VIRTUAL TABLE article_index USING fts5 (slug UNINDEXED, head, body, tokenize = 'unicode61 remove_diacritics 0')";
const INSERT: &str = "INSERT INTO article_index (slug, head, body) VALUES ($1, $2, $3)";
// A word in the title or a question says more of an article than one in its body.
const FIND: &str = "SELECT slug FROM article_index WHERE article_index MATCH $1 ORDER BY bm25(article_index, 0.0, 4.0, 1.0) LIMIT $2";

impl ArticleIndex {
    /// An index of these rows.
    ///
    /// # Errors
    /// When SQLite fails.
    pub async fn build(rows: &[IndexRow]) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .in_memory(true)
            .pragma("cache_size", "-2000")
            .disable_statement_logging();
        // One connection that is never closed: with it the memory would be gone.
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options)
            .await?;
        let mut tx = pool.begin().await?;
        sqlx::query(CREATE).execute(&mut *tx).await?;
        for row in rows {
            sqlx::query(INSERT).bind(&row.slug).bind(&row.head).bind(&row.body).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(Self { pool })
    }

    /// The slugs of the rows that any of the words stands in, best first by bm25. An article in two languages
    /// may come twice.
    ///
    /// # Errors
    /// When SQLite fails.
    pub async fn find(&self, words: &[&str], limit: i64) -> Result<Vec<String>, StoreError> {
        if words.is_empty() {
            return Ok(Vec::new());
        }
        Ok(sqlx::query_scalar(FIND).bind(query(words)).bind(limit).fetch_all(&self.pool).await?)
    }
}

/// FTS5's own language: each word as a string of its own, any of them.
fn query(words: &[&str]) -> String {
    words.iter().map(|word| format!("\"{}\"", word.replace('"', ""))).collect::<Vec<_>>().join(" OR ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(slug: &str, head: &str, body: &str) -> IndexRow {
        IndexRow { slug: slug.into(), head: head.into(), body: body.into() }
    }

    #[tokio::test]
    async fn the_head_counts_more_than_the_body() {
        let rows = [
            row("body", "coupon", "提现 到账"),
            row("head", "提现 到账", "coupon"),
            row("none", "live", "x"),
        ];
        let index = ArticleIndex::build(&rows).await.unwrap();
        assert_eq!(index.find(&["提现"], 10).await.unwrap(), ["head", "body"]);
        assert_eq!(index.find(&["提现", "live"], 1).await.unwrap().len(), 1);
        assert_eq!(index.find(&[], 10).await.unwrap(), Vec::<String>::new());
    }

    #[tokio::test]
    async fn no_word_is_read_as_a_command_to_the_index() {
        let index = ArticleIndex::build(&[row("a", "not near", "x")]).await.unwrap();
        for word in ["\"", "NOT", "a\" OR \"b", "head:", "*", "^x", "(", "NEAR(a b)"] {
            index.find(&[word], 10).await.unwrap_or_else(|error| panic!("{word}: {error}"));
        }
    }
}
