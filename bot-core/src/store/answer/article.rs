//! Articles: what is known, in each language, with the questions that it answers.

use std::collections::BTreeMap;

use serde_json::json;

use super::{from_json, to_json};
use crate::chat::Lang;
use crate::digest::sha256;
use crate::store::{StoreError, Tx, execute, on};

/// An entry of the knowledge base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// Its short name: small letters, digits and hyphens, at most 48.
    pub slug: String,
    /// What it is about, in words of staff.
    pub tags: Vec<String>,
    /// Whether it answers.
    pub state: ArticleState,
    /// What it says, by language; at least one.
    pub texts: BTreeMap<&'static str, ArticleText>,
}

/// What an article says in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArticleText {
    /// Its title.
    pub title: String,
    /// The questions that it answers, as merchants put them.
    pub questions: Vec<String>,
    /// The answer.
    pub body: String,
}

/// Whether an article answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArticleState {
    /// Being written.
    Draft,
    /// Answers.
    Live,
    /// Kept, but answers no more.
    Retired,
}

impl ArticleState {
    /// The word stored and typed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Live => "live",
            Self::Retired => "retired",
        }
    }

    /// The state of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Draft, Self::Live, Self::Retired].into_iter().find(|state| state.word() == word)
    }
}

impl Article {
    /// Which version of it this is: the same for the same content, and for no other.
    pub fn version(&self) -> String {
        let texts: Vec<_> = self
            .texts
            .iter()
            .map(|(lang, text)| json!([lang, text.title, text.questions, text.body]))
            .collect();
        sha256(json!([self.slug, self.tags, self.state.word(), texts]).to_string())
    }

    /// What it says in a language, or in the other one when it says nothing in this.
    pub fn text(&self, lang: Lang) -> Option<(Lang, &ArticleText)> {
        let other = if lang == Lang::En { Lang::Zh } else { Lang::En };
        [lang, other].into_iter().find_map(|lang| Some((lang, self.texts.get(lang.word())?)))
    }
}

const PUT: &str = "INSERT INTO article (slug, tags, state, created_at_ms, updated_at_ms) VALUES ($1, $2, $3, $4, $4) \
    ON CONFLICT (slug) DO UPDATE SET tags = excluded.tags, state = excluded.state, updated_at_ms = excluded.updated_at_ms";
const CLEAR_TEXTS: &str = "DELETE FROM article_text WHERE article = $1";
const PUT_TEXT: &str =
    "INSERT INTO article_text (article, lang, title, questions, body) VALUES ($1, $2, $3, $4, $5)";
const REMOVE: &str = "DELETE FROM article WHERE slug = $1";
const SET_STATE: &str = "UPDATE article SET state = $2, updated_at_ms = $3 WHERE slug = $1";
const BUMP: &str = "UPDATE article_revision SET revision = revision + 1";
const REVISION: &str = "SELECT revision FROM article_revision";
const ALL: &str = "SELECT a.slug, a.tags, a.state, t.lang, t.title, t.questions, t.body FROM article a \
    LEFT JOIN article_text t ON t.article = a.slug WHERE $1 IS NULL OR a.slug = $1 ORDER BY a.slug, t.lang";
const AFTER: &str = "SELECT a.slug, a.tags, a.state, t.lang, t.title, t.questions, t.body FROM \
    (SELECT slug, tags, state FROM article WHERE slug > $1 AND ($2 = '' OR state = $2) ORDER BY slug LIMIT $3) a \
    LEFT JOIN article_text t ON t.article = a.slug ORDER BY a.slug, t.lang";

type Row = (String, String, String, Option<String>, Option<String>, Option<String>, Option<String>);

/// Writes an article, whole: what it said before is replaced.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, article: &Article, now_ms: i64) -> Result<(), StoreError> {
    let (slug, tags) = (&article.slug, to_json(&article.tags)?);
    execute!(tx, sqlx::query(PUT).bind(slug).bind(&tags).bind(article.state.word()).bind(now_ms))?;
    execute!(tx, sqlx::query(CLEAR_TEXTS).bind(slug))?;
    for (lang, text) in &article.texts {
        let questions = to_json(&text.questions)?;
        execute!(
            tx,
            sqlx::query(PUT_TEXT).bind(slug).bind(lang).bind(&text.title).bind(&questions).bind(&text.body)
        )?;
    }
    bump(tx).await
}

/// Removes an article. False when there was none.
///
/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut Tx, slug: &str) -> Result<bool, StoreError> {
    execute!(tx, sqlx::query(CLEAR_TEXTS).bind(slug))?;
    let there = execute!(tx, sqlx::query(REMOVE).bind(slug))? == 1;
    bump(tx).await?;
    Ok(there)
}

/// Lets an article answer, or no more. False when there is none.
///
/// # Errors
/// When the database fails.
pub async fn set_state(
    tx: &mut Tx,
    slug: &str,
    state: ArticleState,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let there = execute!(tx, sqlx::query(SET_STATE).bind(slug).bind(state.word()).bind(now_ms))? == 1;
    bump(tx).await?;
    Ok(there)
}

async fn bump(tx: &mut Tx) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(BUMP)).map(|_| ())
}

/// A number that rises with every change of an article.
///
/// # Errors
/// When the database fails.
pub async fn revision(tx: &mut Tx) -> Result<i64, StoreError> {
    on!(tx, |c| sqlx::query_scalar(REVISION).fetch_one(c))
}

/// An article.
///
/// # Errors
/// When the database fails.
pub async fn get(tx: &mut Tx, slug: &str) -> Result<Option<Article>, StoreError> {
    Ok(read(tx, Some(slug)).await?.pop())
}

/// All articles, by slug.
///
/// # Errors
/// When the database fails.
pub async fn all(tx: &mut Tx) -> Result<Vec<Article>, StoreError> {
    read(tx, None).await
}

/// Articles by slug, from the one after `after`; in a state, if one is given.
///
/// # Errors
/// When the database fails.
pub async fn after(
    tx: &mut Tx,
    after: &str,
    state: Option<ArticleState>,
    limit: i64,
) -> Result<Vec<Article>, StoreError> {
    let state = state.map_or("", ArticleState::word);
    let rows = on!(tx, |c| sqlx::query_as(AFTER).bind(after).bind(state).bind(limit).fetch_all(c))?;
    folded(rows)
}

async fn read(tx: &mut Tx, slug: Option<&str>) -> Result<Vec<Article>, StoreError> {
    folded(on!(tx, |c| sqlx::query_as(ALL).bind(slug).fetch_all(c))?)
}

/// Articles of rows that stand one for each language.
fn folded(rows: Vec<Row>) -> Result<Vec<Article>, StoreError> {
    let mut articles: Vec<Article> = Vec::new();
    for (slug, tags, state, lang, title, questions, body) in rows {
        if articles.last().is_none_or(|last| last.slug != slug) {
            let state = ArticleState::from_word(&state)
                .ok_or_else(|| StoreError::unreadable("article", format!("state {state}")))?;
            articles.push(Article { slug, tags: from_json(&tags)?, state, texts: BTreeMap::new() });
        }
        let (Some(article), Some(lang)) = (articles.last_mut(), lang) else { continue };
        let Some(lang) = Lang::from_tag(&lang) else { continue };
        let text = ArticleText {
            title: title.unwrap_or_default(),
            questions: from_json(questions.as_deref().unwrap_or("[]"))?,
            body: body.unwrap_or_default(),
        };
        article.texts.insert(lang.word(), text);
    }
    Ok(articles)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::on_both;

    fn article(slug: &str) -> Article {
        let text = |title: &str| ArticleText {
            title: title.into(),
            questions: vec!["how?".into(), "怎么办".into()],
            body: "So.\n\n\"Thus\".".into(),
        };
        Article {
            slug: slug.into(),
            tags: vec!["finance".into()],
            state: ArticleState::Live,
            texts: BTreeMap::from([("en", text("Payouts")), ("zh", text("提现"))]),
        }
    }

    #[test]
    fn an_article_comes_back_as_it_was_written() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            put(&mut tx, &article("payouts"), 1).await.unwrap();
            put(&mut tx, &article("fees"), 1).await.unwrap();
            assert_eq!(all(&mut tx).await.unwrap(), [article("fees"), article("payouts")]);
            assert_eq!(get(&mut tx, "fees").await.unwrap(), Some(article("fees")));
            assert_eq!(get(&mut tx, "none").await.unwrap(), None);
        });
    }

    #[test]
    fn a_version_stands_for_all_that_an_article_is() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            put(&mut tx, &article("fees"), 1).await.unwrap();
            let kept = get(&mut tx, "fees").await.unwrap().unwrap();
            assert_eq!(kept.version(), article("fees").version(), "as written, so read");
        });
        let changes: [fn(&mut Article); 7] = [
            |one| one.slug = "fee".into(),
            |one| one.tags.clear(),
            |one| one.state = ArticleState::Draft,
            |one| drop(one.texts.remove("zh")),
            |one| one.texts.get_mut("en").unwrap().title.push('!'),
            |one| one.texts.get_mut("en").unwrap().body.push('!'),
            |one| one.texts.get_mut("zh").unwrap().questions.truncate(1),
        ];
        for change in changes {
            let mut other = article("fees");
            change(&mut other);
            assert_ne!(other.version(), article("fees").version(), "{other:?}");
        }
    }

    #[test]
    fn a_page_of_articles_ends_where_the_next_begins() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            for slug in ["coupons", "fees", "payouts"] {
                put(&mut tx, &article(slug), 1).await.unwrap();
            }
            set_state(&mut tx, "fees", ArticleState::Retired, 2).await.unwrap();
            let live = Some(ArticleState::Live);
            for (from, state, limit, expected) in [
                ("", None, 2, vec!["coupons", "fees"]),
                ("fees", None, 2, vec!["payouts"]),
                ("", live, 2, vec!["coupons", "payouts"]),
                ("coupons", Some(ArticleState::Retired), 9, vec!["fees"]),
                ("payouts", None, 2, vec![]),
            ] {
                let page = after(&mut tx, from, state, limit).await.unwrap();
                let slugs: Vec<_> = page.iter().map(|one| one.slug.as_str()).collect();
                assert_eq!(slugs, expected, "{from} {state:?}");
                assert!(page.iter().all(|one| one.texts.len() == 2), "each is whole");
            }
        });
    }

    #[test]
    fn writing_again_replaces_every_language() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            put(&mut tx, &article("fees"), 1).await.unwrap();
            let mut shorter = article("fees");
            shorter.texts.remove("zh");
            put(&mut tx, &shorter, 2).await.unwrap();
            let stored = get(&mut tx, "fees").await.unwrap().unwrap();
            assert_eq!(stored, shorter);
            assert_eq!(stored.text(Lang::Zh).unwrap().0, Lang::En, "the other language steps in");
        });
    }

    #[test]
    fn the_revision_rises_with_every_change() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            let mut seen = vec![revision(&mut tx).await.unwrap()];
            put(&mut tx, &article("fees"), 1).await.unwrap();
            seen.push(revision(&mut tx).await.unwrap());
            assert!(set_state(&mut tx, "fees", ArticleState::Retired, 2).await.unwrap());
            seen.push(revision(&mut tx).await.unwrap());
            assert!(remove(&mut tx, "fees").await.unwrap());
            seen.push(revision(&mut tx).await.unwrap());
            assert!(seen.is_sorted_by(|a, b| a < b), "{seen:?}");
            assert!(!set_state(&mut tx, "fees", ArticleState::Live, 3).await.unwrap());
            assert!(!remove(&mut tx, "fees").await.unwrap());
        });
    }
}
