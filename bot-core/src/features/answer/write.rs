//! Writing articles from outside of chats.

use std::collections::{BTreeMap, BTreeSet};

use super::Revision;
use crate::error::Result;
use crate::ids::{RowId, StaffId};
use crate::store::answer::{self, Article, ArticleState};
use crate::text;
use crate::texts::Text;
use crate::work::Work;

/// The longest slug, characters.
const SLUG_MAX_CHARS: usize = 48;
/// The longest title and question, characters.
const LINE_MAX_CHARS: usize = 200;
/// The longest answer, characters: what every platform carries in one message of a private chat, or two.
const BODY_MAX_CHARS: usize = 4_000;
/// The most questions in one language.
const QUESTIONS_MAX: usize = 100;
/// The most tags, and the longest, characters.
const TAGS_MAX: usize = 20;
const TAG_MAX_CHARS: usize = 40;

/// Slugs that are addresses of their own beside the articles.
const RESERVED: [&str; 3] = ["new", "gap", "gaps"];

/// A part of an article that something can be wrong with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArticlePart {
    /// Its short name.
    Slug,
    /// Its tags.
    Tags,
    /// All that it says.
    Texts,
    /// The title in a language.
    Title(&'static str),
    /// The questions in a language.
    Questions(&'static str),
    /// The answer in a language.
    Body(&'static str),
}

/// What somebody saw before they wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen<'s> {
    /// Whatever is there is replaced.
    Any,
    /// No article of this slug.
    Nothing,
    /// This version of it.
    Version(&'s str),
}

/// What came of writing an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// There was none of this slug.
    New,
    /// It is another than before.
    Changed,
    /// It says what it said before: nothing was written.
    Unchanged,
    /// Nothing was written: this, or nothing, is there instead of what was seen.
    Meanwhile(Option<Article>),
}

/// What is wrong with an article, part by part.
pub fn faults(article: &Article) -> Vec<(ArticlePart, Text)> {
    let mut found = Vec::new();
    let slug = &article.slug;
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if slug.is_empty() || slug.len() > SLUG_MAX_CHARS || !slug.chars().all(good) {
        found.push((ArticlePart::Slug, text!("answer-article-bad-slug", slug = slug, max = SLUG_MAX_CHARS)));
    } else if RESERVED.contains(&slug.as_str()) {
        found.push((ArticlePart::Slug, text!("answer-article-reserved-slug", slug = slug)));
    }
    if article.texts.is_empty() {
        found.push((ArticlePart::Texts, Text::new("answer-article-no-text")));
    }
    let fits = |words: &str, most: usize| {
        !words.trim().is_empty() && words.chars().count() <= most && !words.contains('\0')
    };
    if article.tags.len() > TAGS_MAX || !article.tags.iter().all(|tag| fits(tag, TAG_MAX_CHARS)) {
        found.push((ArticlePart::Tags, text!("answer-article-bad-tags", n = TAGS_MAX, max = TAG_MAX_CHARS)));
    }
    for (lang, text) in &article.texts {
        if !fits(&text.title, LINE_MAX_CHARS) {
            found.push((ArticlePart::Title(lang), text!("answer-article-bad-title", max = LINE_MAX_CHARS)));
        }
        if !fits(&text.body, BODY_MAX_CHARS) {
            found.push((ArticlePart::Body(lang), text!("answer-article-bad-body", max = BODY_MAX_CHARS)));
        }
        let lines = &text.questions;
        if lines.len() > QUESTIONS_MAX || !lines.iter().all(|line| fits(line, LINE_MAX_CHARS)) {
            let why = text!("answer-article-bad-questions", n = QUESTIONS_MAX, max = LINE_MAX_CHARS);
            found.push((ArticlePart::Questions(lang), why));
        }
    }
    found
}

/// What is wrong with an article, if anything.
///
/// # Errors
/// The first sentence that says it.
pub fn check(article: &Article) -> std::result::Result<(), Text> {
    faults(article).into_iter().next().map_or(Ok(()), |(_, why)| Err(why))
}

/// Writes an article, whole, if what is there is what was seen. `gap`: the question that it was written for, which
/// leaves the list with it.
///
/// # Errors
/// One sentence when something is wrong with it.
pub async fn write_article(
    work: &mut Work,
    by: &StaffId,
    article: &Article,
    seen: Seen<'_>,
    gap: Option<&RowId>,
) -> Result<Written> {
    check(article)?;
    let now_ms = work.now_ms;
    let before = answer::get(work.tx().await?, &article.slug).await?;
    let as_seen = match (seen, &before) {
        (Seen::Any, _) | (Seen::Nothing, None) => true,
        (Seen::Version(seen), Some(before)) => before.version() == seen,
        (Seen::Nothing, Some(_)) | (Seen::Version(_), None) => false,
    };
    if !as_seen {
        return Ok(Written::Meanwhile(before));
    }
    let written = match &before {
        None => Written::New,
        Some(before) if before == article => Written::Unchanged,
        Some(_) => Written::Changed,
    };
    if written != Written::Unchanged {
        answer::put(work.tx().await?, article, now_ms).await?;
        *work.memo() = Revision::default();
        let act = if before.is_none() { "answer.article.create" } else { "answer.article.change" };
        let detail = difference(before.as_ref(), article);
        work.audit_staff(by, act, &article.slug, Some(detail)).await?;
    }
    if let Some(gap) = gap
        && answer::mark_answered(work.tx().await?, gap).await?
    {
        work.audit_staff(by, "answer.gap.article", gap, Some(article.slug.clone())).await?;
    }
    Ok(written)
}

/// Lets an article answer, or no more. False when there is none.
///
/// # Errors
/// When the database fails.
pub async fn set_article_state(
    work: &mut Work,
    by: &StaffId,
    slug: &str,
    state: ArticleState,
) -> Result<bool> {
    let Some(before) = answer::get(work.tx().await?, slug).await? else { return Ok(false) };
    let now_ms = work.now_ms;
    answer::set_state(work.tx().await?, slug, state, now_ms).await?;
    *work.memo() = Revision::default();
    let detail = format!("{} → {}", before.state.word(), state.word());
    work.audit_staff(by, "answer.article.state", slug, Some(detail)).await?;
    Ok(true)
}

/// Takes a question without an answer off the list. False when it was not on it.
///
/// # Errors
/// When the database fails.
pub async fn drop_gap(work: &mut Work, by: &StaffId, gap: &RowId) -> Result<bool> {
    let is_dropped = answer::dismiss(work.tx().await?, gap).await?;
    if is_dropped {
        work.audit_staff(by, "answer.gap.drop", gap, None).await?;
    }
    Ok(is_dropped)
}

/// What is different, part by part, each as it was and as it is now: a text that is written over is nowhere else.
fn difference(before: Option<&Article>, after: &Article) -> String {
    let (was, is) = (before.map(parts).unwrap_or_default(), parts(after));
    let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    let shown = |parts: &BTreeMap<String, String>, name: &String| {
        parts.get(name).filter(|value| !value.is_empty()).map_or("–", String::as_str).to_owned()
    };
    let lines = names.into_iter().filter_map(|name| {
        let (was, is) = (shown(&was, name), shown(&is, name));
        (was != is).then(|| format!("{name}: {was} → {is}"))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The parts of an article by name, each as one text.
fn parts(article: &Article) -> BTreeMap<String, String> {
    let mut parts = BTreeMap::from([
        ("state".to_owned(), article.state.word().to_owned()),
        ("tags".to_owned(), article.tags.join(", ")),
    ]);
    for (lang, text) in &article.texts {
        parts.insert(format!("{lang}.title"), text.title.clone());
        parts.insert(format!("{lang}.questions"), text.questions.join(" | "));
        parts.insert(format!("{lang}.body"), text.body.clone());
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::answer::ArticleText;

    fn article(change: impl FnOnce(&mut Article)) -> Article {
        let text = ArticleText {
            title: "When are payouts?".into(),
            questions: vec!["When do I get my money?".into()],
            body: "On Fridays.".into(),
        };
        let mut one = Article {
            slug: "payout-times".into(),
            tags: vec!["money".into()],
            state: ArticleState::Draft,
            texts: [("en", text)].into(),
        };
        change(&mut one);
        one
    }

    fn why(change: impl FnOnce(&mut Article)) -> String {
        check(&article(change)).unwrap_err().key.into_owned()
    }

    fn text(one: &mut Article) -> &mut ArticleText {
        one.texts.get_mut("en").unwrap()
    }

    #[test]
    fn what_is_wrong_with_an_article_is_said() {
        assert_eq!(check(&article(|_| {})), Ok(()));
        for slug in ["", "Payout", "a b", "钱", "../etc", &"a".repeat(49)] {
            assert_eq!(why(|one| one.slug = slug.to_owned()), "answer-article-bad-slug", "{slug}");
        }
        for slug in RESERVED {
            assert_eq!(why(|one| one.slug = slug.to_owned()), "answer-article-reserved-slug", "{slug}");
        }
        assert_eq!(why(|one| one.texts.clear()), "answer-article-no-text");
        assert_eq!(why(|one| one.tags = vec!["x".into(); 21]), "answer-article-bad-tags");
        assert_eq!(why(|one| one.tags = vec![" ".into()]), "answer-article-bad-tags");
        assert_eq!(why(|one| text(one).title = "x".repeat(201)), "answer-article-bad-title");
        assert_eq!(why(|one| text(one).body = "\n".into()), "answer-article-bad-body");
        assert_eq!(why(|one| text(one).body = "x".repeat(4_001)), "answer-article-bad-body");
        assert_eq!(why(|one| text(one).questions = vec!["x".into(); 101]), "answer-article-bad-questions");
        assert_eq!(why(|one| text(one).questions = vec![String::new()]), "answer-article-bad-questions");
    }

    #[test]
    fn each_part_that_is_wrong_is_named() {
        let one = article(|one| {
            one.slug = "Payouts".into();
            text(one).title.clear();
            text(one).body = "\0".into();
        });
        let parts: Vec<_> = faults(&one).into_iter().map(|(part, _)| part).collect();
        assert_eq!(parts, [ArticlePart::Slug, ArticlePart::Title("en"), ArticlePart::Body("en")]);
    }

    #[test]
    fn what_was_and_what_is_stand_in_the_trace() {
        let after = article(|one| {
            one.state = ArticleState::Live;
            one.tags.clear();
            text(one).questions.push("Where is it?".into());
            one.texts.insert("zh", ArticleText { title: "提现".into(), ..ArticleText::default() });
        });
        assert_eq!(
            difference(Some(&article(|_| {})), &after),
            "en.questions: When do I get my money? → When do I get my money? | Where is it?\n\
             state: draft → live\n\
             tags: money → –\n\
             zh.title: – → 提现"
        );
        let new = difference(None, &article(|_| {}));
        assert!(new.starts_with("en.body: – → On Fridays.\n"), "{new}");
    }
}
