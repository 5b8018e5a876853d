//! Writing an article: the form on one side, on the other which of its phrasings it would answer.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use bot_core::chat::Lang;
use bot_core::error::FeatureError;
use bot_core::features::answer::{
    ArticlePart, Seen, Written, article_faults, lang_of_question, phrasings, write_article,
};
use bot_core::ids::RowId;
use bot_core::roster::Permission;
use bot_core::store::answer::{self, Article, ArticleState, Gap};
use bot_core::store::{StoreError, Tx};
use bot_core::text;
use bot_core::texts::Text;
use bot_core::work::Work;
use serde::Deserialize;

use super::look::{Look, look};
use super::typed::Typed;
use super::{ShownText, shown_texts, state_words};
use crate::asked::{Form, Query};
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::guard::Need;
use crate::once::{Once, Posted};
use crate::pages::Page;
use crate::reader::Reader;
use crate::state::Console;

pub(super) fn pages() -> Vec<Page> {
    let may = Need::May(Permission::Articles);
    vec![
        Page::new("/knowledge/new", may, get(new).post(create)),
        Page::new("/knowledge/{key}/edit", may, get(edit).post(change)),
    ]
}

#[derive(Template)]
#[template(path = "article_edit.html")]
struct EditPage {
    f: Frame,
    /// Where the form goes, and where one comes back to.
    action: String,
    back: String,
    is_new: bool,
    typed: Typed,
    states: Vec<(&'static str, String)>,
    wrong: Vec<(&'static str, String)>,
    said: Option<String>,
    /// The question that it is written for.
    gap: Option<String>,
    /// What is there instead of what was seen.
    theirs: Option<Theirs>,
    look: Option<Look>,
}

/// An article as somebody else left it.
struct Theirs {
    state: String,
    tags: String,
    texts: Vec<ShownText>,
}

impl EditPage {
    /// What is wrong with a field; empty when nothing is.
    fn wrong(&self, field: &str) -> &str {
        self.wrong.iter().find(|(name, _)| *name == field).map_or("", |(_, words)| words)
    }
}

/// The question that an article is to be written for.
#[derive(Deserialize)]
struct For {
    #[serde(default)]
    gap: String,
}

/// The question of an id that came with a request.
async fn known_gap(tx: &mut Tx, id: &str) -> Result<Option<Gap>, StoreError> {
    // PostgreSQL takes no NUL in a text.
    if id.is_empty() || id.contains('\0') {
        return Ok(None);
    }
    answer::get_gap(tx, &RowId(id.to_owned())).await
}

/// What a page shows beside what was typed.
#[derive(Default)]
struct Over {
    wrong: Vec<(&'static str, Text)>,
    said: Option<Text>,
    theirs: Option<Article>,
}

/// `GET /knowledge/new`, for a question without an answer if one is named.
async fn new(
    State(console): State<Console>,
    reader: Reader,
    Query(asked): Query<For>,
) -> Result<Response, Fault> {
    let mut typed = Typed::default();
    if !asked.gap.is_empty() {
        let mut tx = console.hall.db.read().await?;
        let gap = known_gap(&mut tx, &asked.gap).await?.ok_or(Fault::NotFound)?;
        let line = gap.sample.split_whitespace().collect::<Vec<_>>().join(" ");
        match lang_of_question(&line) {
            Lang::Zh => typed.questions_zh = line,
            Lang::En => typed.questions_en = line,
        }
        typed.gap = gap.id.to_string();
    }
    render(&console, &reader, None, typed, Over::default()).await
}

/// `GET /knowledge/{slug}/edit`.
async fn edit(
    State(console): State<Console>,
    reader: Reader,
    Path(slug): Path<String>,
) -> Result<Response, Fault> {
    let one = answer::get(&mut console.hall.db.read().await?, &slug).await?.ok_or(Fault::NotFound)?;
    render(&console, &reader, Some(&slug), Typed::of(&one), Over::default()).await
}

/// `POST /knowledge/new`.
async fn create(
    State(console): State<Console>,
    reader: Reader,
    once: Once,
    Form(typed): Form<Typed>,
) -> Result<Response, Fault> {
    taken(&console, &reader, &once, None, typed).await
}

/// `POST /knowledge/{slug}/edit`.
async fn change(
    State(console): State<Console>,
    reader: Reader,
    once: Once,
    Path(slug): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fault> {
    answer::get(&mut console.hall.db.read().await?, &slug).await?.ok_or(Fault::NotFound)?;
    taken(&console, &reader, &once, Some(&slug), typed).await
}

/// Looks at what was typed, or keeps it, as the button says.
async fn taken(
    console: &Console,
    reader: &Reader,
    once: &Once,
    slug: Option<&str>,
    mut typed: Typed,
) -> Result<Response, Fault> {
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let article = typed.article(slug).ok_or(Fault::Unreadable)?;
    typed.slug.clone_from(&article.slug);
    let wrong = article_faults(&article);
    if !wrong.is_empty() {
        let why = |part: ArticlePart, why: Text| match part {
            // Nothing was typed there, and there is no English title to make a name of.
            ArticlePart::Slug if article.slug.is_empty() => Text::new("console-article-slug-needed"),
            _ => why,
        };
        let wrong = wrong.into_iter().map(|(part, said)| (field_of(part), why(part, said))).collect();
        let over = Over { wrong, ..Over::default() };
        return answered(console, reader, slug, typed, over, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    if typed.what != "save" {
        return answered(console, reader, slug, typed, Over::default(), StatusCode::OK).await;
    }
    if typed.looked != article.version() {
        let over = Over { said: Some(Text::new("console-article-look-first")), ..Over::default() };
        return answered(console, reader, slug, typed, over, StatusCode::CONFLICT).await;
    }
    let seen = if slug.is_some() { Seen::Version(&typed.version) } else { Seen::Nothing };
    let gap = known_gap(&mut console.hall.db.read().await?, &typed.gap).await?.map(|gap| gap.id);
    let step = async |mut work: Work| {
        let written = write_article(&mut work, &staff.id, &article, seen, gap.as_ref()).await?;
        Ok::<_, FeatureError>((work, written))
    };
    let there = format!("/knowledge/{}", article.slug);
    let to = |written: &Written| (!matches!(written, Written::Meanwhile(_))).then(|| there.clone());
    match once.commit(console, to, step).await? {
        Posted::Before(there) => Ok(there),
        Posted::Now(Written::New | Written::Changed | Written::Unchanged) => {
            Ok(Redirect::to(&there).into_response())
        }
        Posted::Now(Written::Meanwhile(theirs)) => {
            let over = meanwhile(slug, &mut typed, theirs);
            answered(console, reader, slug, typed, over, StatusCode::CONFLICT).await
        }
    }
}

/// Nothing was written over: what was typed stays in the form, and what is there stands beside it.
fn meanwhile(slug: Option<&str>, typed: &mut Typed, theirs: Option<Article>) -> Over {
    match (slug, theirs) {
        (None, theirs) => {
            let why = text!("console-article-taken", slug = &typed.slug);
            Over { wrong: vec![("slug", why)], theirs, said: None }
        }
        (Some(_), Some(theirs)) => {
            typed.version = theirs.version();
            let said = Some(Text::new("console-article-meanwhile"));
            Over { theirs: Some(theirs), said, wrong: Vec::new() }
        }
        (Some(_), None) => Over { said: Some(Text::new("console-article-gone")), ..Over::default() },
    }
}

/// The field of the form that a part of an article stands in.
fn field_of(part: ArticlePart) -> &'static str {
    let zh = Lang::Zh.word();
    match part {
        ArticlePart::Slug => "slug",
        ArticlePart::Tags => "tags",
        ArticlePart::Texts => "texts",
        ArticlePart::Title(lang) => {
            if lang == zh {
                "title_zh"
            } else {
                "title_en"
            }
        }
        ArticlePart::Questions(lang) => {
            if lang == zh {
                "questions_zh"
            } else {
                "questions_en"
            }
        }
        ArticlePart::Body(lang) => {
            if lang == zh {
                "body_zh"
            } else {
                "body_en"
            }
        }
    }
}

async fn answered(
    console: &Console,
    reader: &Reader,
    slug: Option<&str>,
    typed: Typed,
    over: Over,
    status: StatusCode,
) -> Result<Response, Fault> {
    Ok((status, render(console, reader, slug, typed, over).await?).into_response())
}

/// The page: what was typed, and what would come of it.
async fn render(
    console: &Console,
    reader: &Reader,
    slug: Option<&str>,
    mut typed: Typed,
    over: Over,
) -> Result<Response, Fault> {
    let title = match slug {
        Some(slug) => text!("console-article-edit-title", slug = slug),
        None => Text::new("console-article-new"),
    };
    let f = Frame::new(console, reader, "knowledge", console.hall.texts.say(reader.lang, &title));
    let mut tx = console.hall.db.read().await?;
    let gap = known_gap(&mut tx, &typed.gap).await?.map(|gap| gap.sample);
    let article = typed.article(slug).filter(|article| article_faults(article).is_empty());
    typed.looked = article.as_ref().map(Article::version).unwrap_or_default();
    let look = match &article {
        Some(article) => {
            let config = &console.hall.features.config().answer;
            Some(look(&f, article, phrasings(&mut tx, config, article).await?))
        }
        None => None,
    };
    let states = [ArticleState::Draft, ArticleState::Live, ArticleState::Retired];
    let address = slug.map(|slug| format!("/knowledge/{slug}"));
    page(&EditPage {
        action: address.as_ref().map_or_else(|| "/knowledge/new".to_owned(), |at| format!("{at}/edit")),
        back: address.unwrap_or_else(|| "/knowledge".to_owned()),
        is_new: slug.is_none(),
        states: states.map(|state| (state.word(), f.say(&state_words(state).0))).into(),
        wrong: over.wrong.iter().map(|(field, why)| (*field, f.say(why))).collect(),
        said: over.said.map(|said| f.say(&said)),
        theirs: over.theirs.map(|one| Theirs {
            state: f.say(&state_words(one.state).0),
            tags: one.tags.join(", "),
            texts: shown_texts(&f, &one),
        }),
        gap: gap.map(|question| f.t1("console-article-for", "question", &question)),
        typed,
        look,
        f,
    })
}
