//! `GET /api/v1/questions/attempt`: what the bot would do with a question.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use bot_core::chat::Lang;
use bot_core::features::answer::question::Ask;
use bot_core::features::answer::{Attempt, Does, Verdict, attempt};
use bot_core::roster::Permission;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::caller::Caller;
use super::problem::{Problem, Problems};
use crate::pages::answer::question;
use crate::state::Console;

/// What the bot would do with a question, by the articles as they are now.
#[derive(Serialize, ToSchema)]
pub(crate) struct TriedQuestion {
    /// What its words are to the bot: `question`, `trouble`, `words` or `no`.
    ask: &'static str,
    /// In a group.
    group: WouldDo,
    /// In private.
    direct: WouldDo,
    /// The articles that come nearest, the nearest first.
    candidates: Vec<NearArticle>,
    /// What the first of them would say; `null` where no article is near.
    says: Option<String>,
    /// Whether the rest of that would be read in private.
    is_cut: bool,
}

/// What would be done in one sort of chat, where nothing was said lately.
#[derive(Serialize, ToSchema)]
pub(crate) struct WouldDo {
    /// `answers`, `not_sure` (offers a ticket), `gap` (keeps the question and says nothing), `hello` or `silence`.
    does: &'static str,
    /// How sure a match must be there, in thousandths; `null` where such words are not answered at all.
    needed: Option<i64>,
}

/// An article beside a question.
#[derive(Serialize, ToSchema)]
pub(crate) struct NearArticle {
    /// Its short name.
    slug: String,
    /// Its title, in the language that was asked for where it has one.
    title: String,
    /// How sure it is that it answers, in thousandths.
    confidence: i64,
}

/// What is tried.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WantedAttempt {
    /// The question; of more than 500 characters the first 500 count.
    #[param(min_length = 1)]
    q: String,
    /// In which language it is answered: `en` (without it) or `zh`.
    lang: Option<String>,
}

/// What the bot would do with a question, and which articles come near it. Nothing is kept of it.
#[utoipa::path(
    get,
    path = "/questions/attempt",
    params(WantedAttempt),
    responses((status = 200, body = TriedQuestion), Problems)
)]
pub(crate) async fn tried(
    State(console): State<Console>,
    caller: Caller,
    wanted: Result<Query<WantedAttempt>, QueryRejection>,
) -> Result<Json<TriedQuestion>, Problem> {
    caller.may(Permission::Articles)?;
    let Query(WantedAttempt { q, lang }) = wanted?;
    let q = question(&q);
    if q.is_empty() {
        return Err(Problem::bad("`q` must say something."));
    }
    let lang = match lang {
        Some(word) => Lang::from_tag(&word).ok_or_else(|| Problem::bad("`lang` is `en` or `zh`."))?,
        None => Lang::En,
    };
    let mut tx = console.hall.db.read().await?;
    let tried = attempt(&mut tx, &console.hall.features.config().answer, &q, lang).await?;
    Ok(Json(tried.into()))
}

impl From<Attempt> for TriedQuestion {
    fn from(tried: Attempt) -> Self {
        let near = |one: bot_core::features::answer::Candidate| NearArticle {
            slug: one.slug,
            title: one.title,
            confidence: one.confidence,
        };
        let (says, is_cut) = tried.says.map(|(says, is_cut)| (says.text, is_cut)).unzip();
        Self {
            ask: match tried.ask {
                Ask::Question => "question",
                Ask::Trouble => "trouble",
                Ask::Words => "words",
                Ask::No => "no",
            },
            group: tried.group.into(),
            direct: tried.direct.into(),
            candidates: tried.candidates.into_iter().map(near).collect(),
            says,
            is_cut: is_cut.unwrap_or(false),
        }
    }
}

impl From<Verdict> for WouldDo {
    fn from(verdict: Verdict) -> Self {
        let does = match verdict.does {
            Does::Answers => "answers",
            Does::NotSure => "not_sure",
            Does::Gap => "gap",
            Does::Hello => "hello",
            Does::Silence => "silence",
        };
        Self { does, needed: verdict.needed }
    }
}
