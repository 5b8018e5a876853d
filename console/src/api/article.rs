//! `/api/v1/articles`, and the questions that none of them answers.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use bot_core::chat::Lang;
use bot_core::error::FeatureError;
use bot_core::features::answer::{Seen, Written, check_article, drop_gap, set_article_state, write_article};
use bot_core::ids::RowId;
use bot_core::roster::Permission;
use bot_core::store::answer::{self, ArticleState};
use bot_core::texts::Text;
use bot_core::work::Work;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::Caller;
use super::problem::{Problem, Problems};
use super::write::{Keyed, Stop, Write, WriteProblems};
use super::{PagingByState, Rows};
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
    /// Stands for all of the above: another one after each change.
    version: String,
}

/// An article as it is to be.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ArticleToWrite {
    /// What it is about, 20 tags at most.
    #[serde(default)]
    tags: Vec<String>,
    /// Whether it answers; `draft` without it.
    #[serde(default)]
    state: StateToWrite,
    /// What it says, in one language at least.
    texts: TextsToWrite,
    /// The version that the change was made from. When another one is there, nothing is written; without it, whatever
    /// is there is replaced.
    version: Option<String>,
}

/// Whether an article answers.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StateToWrite {
    /// Not yet.
    #[default]
    Draft,
    /// It does.
    Live,
    /// No more.
    Retired,
}

/// What an article says.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TextsToWrite {
    /// In English.
    en: Option<ArticleText>,
    /// In Chinese.
    zh: Option<ArticleText>,
}

/// What is done with an article.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum ArticleAct {
    /// Lets it answer.
    Publish,
    /// Keeps it, and lets it answer no more.
    Retire,
}

/// What an article says in one language.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
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

/// Articles, by slug.
#[utoipa::path(get, path = "/articles", params(PagingByState), responses((status = 200, body = Rows<Article>), Problems))]
pub(crate) async fn list(
    State(console): State<Console>,
    caller: Caller,
    wanted: Result<Query<PagingByState>, QueryRejection>,
) -> Result<Json<Rows<Article>>, Problem> {
    caller.may(Permission::Articles)?;
    let Query(wanted) = wanted?;
    let (paging, state) = wanted.parts(ArticleState::from_word)?;
    let limit = paging.wanted()?;
    let after = paging.after.unwrap_or_default();
    let mut tx = console.hall.db.read().await?;
    let read = answer::after(&mut tx, &after, state, limit).await?;
    Ok(Json(Rows::of(read, limit, |one| one.slug.clone(), Article::from)))
}

/// The questions without an answer that were asked most, at most 200.
#[utoipa::path(get, path = "/articles/gaps", responses((status = 200, body = Rows<Gap>), Problems))]
pub(crate) async fn gaps(State(console): State<Console>, caller: Caller) -> Result<Json<Rows<Gap>>, Problem> {
    caller.may(Permission::Articles)?;
    let mut tx = console.hall.db.read().await?;
    let items = answer::top_gaps(&mut tx, GAPS_SHOWN).await?.into_iter().map(Gap::from).collect();
    Ok(Json(Rows { items, next: None }))
}

/// What is done with a question without an answer.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum GapAct {
    /// Takes it off the list.
    Drop,
}

/// Takes a question without an answer off the list; gives those that stay.
#[utoipa::path(
    post,
    path = "/articles/gaps/{id}/acts",
    params(("id" = String, Path, description = "Our id of the question."), Keyed),
    request_body = GapAct,
    responses((status = 200, body = Rows<Gap>), Problems, WriteProblems)
)]
pub(crate) async fn act_on_gap(
    State(console): State<Console>,
    Path(id): Path<String>,
    write: Write<GapAct>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::Articles)?;
    let GapAct::Drop = write.body;
    let gap = RowId(id);
    let step = async |mut work: Work| {
        if !drop_gap(&mut work, &by, &gap).await? {
            return Err(Problem::not_found().into());
        }
        let left = answer::top_gaps(work.tx().await?, GAPS_SHOWN).await?;
        let items = left.into_iter().map(Gap::from).collect();
        Ok::<_, Stop>((work, (StatusCode::OK, Rows { items, next: None })))
    };
    write.once(&console, step).await
}

/// An article.
#[utoipa::path(
    get,
    path = "/articles/{slug}",
    params(("slug" = String, Path, description = "The article's short name.")),
    responses((status = 200, body = Article), Problems)
)]
pub(crate) async fn one(
    State(console): State<Console>,
    caller: Caller,
    Path(slug): Path<String>,
) -> Result<Json<Article>, Problem> {
    caller.may(Permission::Articles)?;
    let mut tx = console.hall.db.read().await?;
    let found = answer::get(&mut tx, &slug).await?;
    found.map(|one| Json(Article::from(one))).ok_or_else(Problem::not_found)
}

/// Writes an article, whole: a new one, or in the place of what it said before.
#[utoipa::path(
    put,
    path = "/articles/{slug}",
    params(("slug" = String, Path, description = "The article's short name: small letters, digits and hyphens, 48 at most."), Keyed),
    request_body = ArticleToWrite,
    responses((status = 201, body = Article), (status = 200, body = Article), Problems, WriteProblems)
)]
pub(crate) async fn put(
    State(console): State<Console>,
    Path(slug): Path<String>,
    write: Write<ArticleToWrite>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::Articles)?;
    let seen = write.body.version.clone();
    let article = write.body.clone().article(slug);
    check_article(&article).map_err(|why| Problem::wrong(console.hall.texts.say(Lang::En, &why)))?;
    let step = async |mut work: Work| {
        let seen = seen.as_deref().map_or(Seen::Any, Seen::Version);
        let status = match write_article(&mut work, &by, &article, seen, None).await? {
            Written::New => StatusCode::CREATED,
            Written::Changed | Written::Unchanged => StatusCode::OK,
            Written::Meanwhile(_) => {
                return Err(FeatureError::from(Text::new("answer-article-meanwhile")).into());
            }
        };
        Ok::<_, Stop>((work, (status, Article::from(article.clone()))))
    };
    write.once(&console, step).await
}

/// Lets an article answer, or no more.
#[utoipa::path(
    post,
    path = "/articles/{slug}/acts",
    params(("slug" = String, Path, description = "The article's short name."), Keyed),
    request_body = ArticleAct,
    responses((status = 200, body = Article), Problems, WriteProblems)
)]
pub(crate) async fn act(
    State(console): State<Console>,
    Path(slug): Path<String>,
    write: Write<ArticleAct>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::Articles)?;
    let state = match write.body {
        ArticleAct::Publish => ArticleState::Live,
        ArticleAct::Retire => ArticleState::Retired,
    };
    let step = async |mut work: Work| {
        if !set_article_state(&mut work, &by, &slug, state).await? {
            return Err(Problem::not_found().into());
        }
        let one = answer::get(work.tx().await?, &slug).await?.ok_or_else(Problem::not_found)?;
        Ok::<_, Stop>((work, (StatusCode::OK, Article::from(one))))
    };
    write.once(&console, step).await
}

impl ArticleToWrite {
    fn article(self, slug: String) -> answer::Article {
        let text = |text: ArticleText| answer::ArticleText {
            title: text.title,
            questions: text.questions,
            body: text.body,
        };
        let texts = [(Lang::En.word(), self.texts.en), (Lang::Zh.word(), self.texts.zh)];
        let state = match self.state {
            StateToWrite::Draft => ArticleState::Draft,
            StateToWrite::Live => ArticleState::Live,
            StateToWrite::Retired => ArticleState::Retired,
        };
        answer::Article {
            slug,
            tags: self.tags,
            state,
            texts: texts.into_iter().filter_map(|(lang, own)| Some((lang, text(own?)))).collect(),
        }
    }
}

impl From<answer::Article> for Article {
    fn from(one: answer::Article) -> Self {
        let text = |text: answer::ArticleText| ArticleText {
            title: text.title,
            questions: text.questions,
            body: text.body,
        };
        Self {
            version: one.version(),
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
