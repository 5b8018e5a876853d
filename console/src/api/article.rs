//! `GET /api/v1/articles` and `GET /api/v1/articles/gaps`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use bot_core::roster::Permission;
use bot_core::store::answer;
use serde::Serialize;
use utoipa::ToSchema;

use super::Rows;
use super::caller::Caller;
use super::problem::{Problem, Problems};
use crate::state::Console;

/// Gaps given.
const GAPS_SHOWN: i64 = 200;

/// An entry of the knowledge base.
#[derive(Serialize, ToSchema)]
pub(crate) struct Article {
    /// Its short name.
    slug: String,
    /// What it is about.
    tags: Vec<String>,
    /// `draft`, `live` or `retired`.
    state: &'static str,
    /// What it says, by language (`en`, `zh`).
    texts: BTreeMap<&'static str, ArticleText>,
}

/// What an article says in one language.
#[derive(Serialize, ToSchema)]
pub(crate) struct ArticleText {
    /// Its title.
    title: String,
    /// The questions that it answers.
    questions: Vec<String>,
    /// The answer.
    body: String,
}

/// A question that no article answers.
#[derive(Serialize, ToSchema)]
pub(crate) struct Gap {
    /// Our id.
    id: String,
    /// As it was put last.
    question: String,
    /// How often it was asked.
    asked: i64,
    /// The article that came nearest.
    nearest: Option<String>,
    /// How near it came, in thousandths.
    confidence: i64,
    /// When it was asked first, unix milliseconds.
    first_at_ms: i64,
    /// When it was asked last, unix milliseconds.
    last_at_ms: i64,
}

/// All articles, by slug.
#[utoipa::path(get, path = "/articles", responses((status = 200, body = Rows<Article>), Problems))]
pub(crate) async fn list(
    State(console): State<Console>,
    caller: Caller,
) -> Result<Json<Rows<Article>>, Problem> {
    caller.may(Permission::Articles)?;
    let mut tx = console.hall.db.read().await?;
    let items = answer::all(&mut tx).await?.into_iter().map(Article::from).collect();
    Ok(Json(Rows { items, next: None }))
}

/// The questions without an answer that were asked most, at most 200.
#[utoipa::path(get, path = "/articles/gaps", responses((status = 200, body = Rows<Gap>), Problems))]
pub(crate) async fn gaps(State(console): State<Console>, caller: Caller) -> Result<Json<Rows<Gap>>, Problem> {
    caller.may(Permission::Articles)?;
    let mut tx = console.hall.db.read().await?;
    let items = answer::top_gaps(&mut tx, GAPS_SHOWN).await?.into_iter().map(Gap::from).collect();
    Ok(Json(Rows { items, next: None }))
}

impl From<answer::Article> for Article {
    fn from(one: answer::Article) -> Self {
        let text = |text: answer::ArticleText| ArticleText {
            title: text.title,
            questions: text.questions,
            body: text.body,
        };
        Self {
            slug: one.slug,
            tags: one.tags,
            state: one.state.word(),
            texts: one.texts.into_iter().map(|(lang, own)| (lang, text(own))).collect(),
        }
    }
}

impl From<answer::Gap> for Gap {
    fn from(one: answer::Gap) -> Self {
        Self {
            id: one.id.to_string(),
            question: one.sample,
            asked: one.asked,
            nearest: one.best,
            confidence: one.confidence,
            first_at_ms: one.first_at_ms,
            last_at_ms: one.last_at_ms,
        }
    }
}
