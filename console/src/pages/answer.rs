//! Knowledge: the articles, how well they answer, and the questions that none of them answers.

mod attempt;
mod edit;
mod look;
mod typed;

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use bot_core::chat::Lang;
use bot_core::features::answer::{drop_gap as dropped, set_article_state};
use bot_core::ids::RowId;
use bot_core::roster::Permission;
use bot_core::store::answer::{self, Article, ArticleState, Gap, GivenState};
use bot_core::texts::Text;
use bot_core::work::Work;
use serde::Deserialize;

pub(crate) use attempt::question;

use super::Page;
use super::list::lang_name;
use crate::asked::{Form, Query};
use crate::fault::Fault;
use crate::frame::{Frame, Moment, page};
use crate::guard::Need;
use crate::reader::Reader;
use crate::state::Console;

/// Gaps shown.
const GAPS_SHOWN: i64 = 50;
/// The time over which answers are counted, milliseconds.
const COUNTED_MS: i64 = 30 * 86_400_000;

pub(super) fn pages() -> Vec<Page> {
    let may = Need::May(Permission::Articles);
    let mut pages = vec![
        Page::new("/knowledge", may, get(list)),
        Page::new("/knowledge/{key}", may, get(one)),
        Page::new("/knowledge/{key}/state", may, post(set_state)),
        Page::new("/knowledge/gap/{id}/drop", may, post(drop_gap)),
    ];
    pages.extend(edit::pages());
    pages
}

#[derive(Template)]
#[template(path = "knowledge.html")]
struct KnowledgePage {
    f: Frame,
    gaps: Vec<GapRow>,
    articles: Vec<Row>,
    /// The question that is tried.
    q: String,
    in_zh: bool,
    tried: Option<attempt::Shown>,
}

#[derive(Template)]
#[template(path = "article.html")]
struct ArticlePage {
    f: Frame,
    slug: String,
    title: String,
    tags: String,
    state: String,
    is_live: bool,
    texts: Vec<ShownText>,
}

struct ShownText {
    lang: String,
    title: String,
    questions: Vec<String>,
    body: String,
}

struct Row {
    slug: String,
    title: String,
    langs: String,
    tags: String,
    state: String,
    class: &'static str,
    given: i64,
    solved: i64,
    unsolved: i64,
}

struct GapRow {
    id: String,
    sample: String,
    asked: i64,
    /// The article that comes nearest: its slug, and its title in the reader's language.
    best: Option<(String, String)>,
    percent: i64,
    at: Moment,
    ago: String,
}

/// Whether an article answers from now on.
#[derive(Deserialize)]
struct NewState {
    state: String,
}

/// `GET /knowledge`, with a question that is tried: nothing of it is kept.
async fn list(
    State(console): State<Console>,
    reader: Reader,
    Query(asked): Query<attempt::Asked>,
) -> Result<Response, Fault> {
    let title = console.hall.texts.say(reader.lang, &Text::new("console-place-knowledge"));
    let f = Frame::new(&console, &reader, "knowledge", title);
    let mut tx = console.hall.db.read().await?;
    let mut tallies: BTreeMap<String, (i64, i64, i64)> = BTreeMap::new();
    for tally in answer::tally(&mut tx, console.hall.now_ms() - COUNTED_MS).await? {
        let (given, solved, unsolved) = tallies.entry(tally.article).or_default();
        *given += tally.times;
        match tally.state.as_str() {
            word if word == GivenState::Solved.word() => *solved += tally.times,
            word if word == GivenState::Unsolved.word() => *unsolved += tally.times,
            _ => {}
        }
    }
    let row = |article: Article| {
        let (given, solved, unsolved) = tallies.get(&article.slug).copied().unwrap_or_default();
        let (state, class) = state_words(article.state);
        Row {
            title: article.text(reader.lang).map(|(_, text)| text.title.clone()).unwrap_or_default(),
            langs: langs(&article).map(|lang| f.say(&lang_name(lang))).collect::<Vec<_>>().join(" · "),
            tags: article.tags.join(", "),
            state: f.say(&state),
            class,
            slug: article.slug,
            given,
            solved,
            unsolved,
        }
    };
    let articles: Vec<Row> = answer::all(&mut tx).await?.into_iter().map(row).collect();
    let gaps = answer::top_gaps(&mut tx, GAPS_SHOWN).await?;
    let (q, lang) = asked.read(reader.lang);
    let tried = attempt::tried(&mut tx, &console, &f, &q, lang).await?;
    page(&KnowledgePage {
        gaps: gaps.into_iter().map(|gap| gap_row(&f, gap, &articles)).collect(),
        articles,
        q,
        in_zh: lang == Lang::Zh,
        tried,
        f,
    })
}

fn langs(article: &Article) -> impl Iterator<Item = Lang> {
    [Lang::Zh, Lang::En].into_iter().filter(|lang| article.texts.contains_key(lang.word()))
}

fn gap_row(f: &Frame, gap: Gap, articles: &[Row]) -> GapRow {
    let title = |slug: &String| {
        let found = articles.iter().find(|one| one.slug == *slug && !one.title.is_empty());
        found.map_or_else(|| slug.clone(), |one| one.title.clone())
    };
    GapRow {
        id: gap.id.to_string(),
        sample: gap.sample,
        asked: gap.asked,
        best: gap.best.map(|slug| (slug.clone(), title(&slug))),
        percent: gap.confidence / 10,
        at: f.moment(gap.last_at_ms),
        ago: f.ago(gap.last_at_ms),
    }
}

fn state_words(state: ArticleState) -> (Text, &'static str) {
    match state {
        ArticleState::Draft => (Text::new("console-article-draft"), ""),
        ArticleState::Live => (Text::new("console-article-live"), "good"),
        ArticleState::Retired => (Text::new("console-article-retired"), ""),
    }
}

/// What an article says, in each of its languages.
fn shown_texts(f: &Frame, article: &Article) -> Vec<ShownText> {
    let shown = |lang: Lang| {
        let text = article.texts.get(lang.word())?;
        Some(ShownText {
            lang: f.say(&lang_name(lang)),
            title: text.title.clone(),
            questions: text.questions.clone(),
            body: text.body.clone(),
        })
    };
    langs(article).filter_map(shown).collect()
}

/// `GET /knowledge/{slug}`.
async fn one(
    State(console): State<Console>,
    reader: Reader,
    Path(slug): Path<String>,
) -> Result<Response, Fault> {
    let mut tx = console.hall.db.read().await?;
    let article = answer::get(&mut tx, &slug).await?.ok_or(Fault::NotFound)?;
    let title = article.text(reader.lang).map(|(_, text)| text.title.clone()).unwrap_or_default();
    let f = Frame::new(&console, &reader, "knowledge", title.clone());
    page(&ArticlePage {
        title,
        tags: article.tags.join(", "),
        state: f.say(&state_words(article.state).0),
        is_live: article.state == ArticleState::Live,
        texts: shown_texts(&f, &article),
        slug,
        f,
    })
}

/// `POST /knowledge/{slug}/state`: lets an article answer, or no more.
async fn set_state(
    State(console): State<Console>,
    reader: Reader,
    Path(slug): Path<String>,
    Form(new): Form<NewState>,
) -> Result<Response, Fault> {
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let state = ArticleState::from_word(&new.state).ok_or(Fault::Unreadable)?;
    let step = async |mut work: Work| {
        let is_there = set_article_state(&mut work, &staff.id, &slug, state).await?;
        Ok((work, is_there))
    };
    if !console.hall.in_one_commit(step).await? {
        return Err(Fault::NotFound);
    }
    Ok(Redirect::to(&format!("/knowledge/{slug}")).into_response())
}

/// `POST /knowledge/gap/{id}/drop`: takes a question off the list.
async fn drop_gap(
    State(console): State<Console>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let gap = RowId(id);
    let step = async |mut work: Work| {
        dropped(&mut work, &staff.id, &gap).await?;
        Ok((work, ()))
    };
    console.hall.in_one_commit(step).await?;
    Ok(Redirect::to("/knowledge").into_response())
}
