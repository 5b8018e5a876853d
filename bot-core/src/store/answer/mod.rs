//! Articles, the answers given from them, the gaps between them, and the index that finds them.

mod article;
mod gap;
mod given;
mod index;

pub use article::{Article, ArticleState, ArticleText, after, all, get, put, remove, revision, set_state};
pub use gap::{Gap, GapAsk, NewGap, asks_of, dismiss, get_gap, keep_gaps, mark_answered, top_gaps};
pub use given::{
    Given, GivenState, Lately, Tally, add_given, get_given, given_since, mark_sent, settle_given, tally,
};
pub use index::ArticleIndex;

use super::StoreError;

/// A JSON array of words as it is stored.
fn to_json(words: &[String]) -> Result<String, StoreError> {
    serde_json::to_string(words).map_err(|error| StoreError::unreadable("article", error))
}

fn from_json(json: &str) -> Result<Vec<String>, StoreError> {
    serde_json::from_str(json).map_err(|error| StoreError::unreadable("article", error))
}
