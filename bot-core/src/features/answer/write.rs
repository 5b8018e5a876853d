//! Writing articles from outside of chats.

use super::Revision;
use crate::error::Result;
use crate::ids::StaffId;
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

/// What is wrong with an article, if anything.
///
/// # Errors
/// A sentence that says it.
pub fn check(article: &Article) -> std::result::Result<(), Text> {
    let slug = &article.slug;
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if slug.is_empty() || slug.len() > SLUG_MAX_CHARS || !slug.chars().all(good) {
        return Err(text!("answer-article-bad-slug", slug = slug, max = SLUG_MAX_CHARS));
    }
    if article.texts.is_empty() {
        return Err(Text::new("answer-article-no-text"));
    }
    let fits = |words: &str, most: usize| {
        !words.trim().is_empty() && words.chars().count() <= most && !words.contains('\0')
    };
    if article.tags.len() > TAGS_MAX || !article.tags.iter().all(|tag| fits(tag, TAG_MAX_CHARS)) {
        return Err(text!("answer-article-bad-tags", n = TAGS_MAX, max = TAG_MAX_CHARS));
    }
    for text in article.texts.values() {
        if !fits(&text.title, LINE_MAX_CHARS) {
            return Err(text!("answer-article-bad-title", max = LINE_MAX_CHARS));
        }
        if !fits(&text.body, BODY_MAX_CHARS) {
            return Err(text!("answer-article-bad-body", max = BODY_MAX_CHARS));
        }
        let lines = &text.questions;
        if lines.len() > QUESTIONS_MAX || !lines.iter().all(|line| fits(line, LINE_MAX_CHARS)) {
            return Err(text!("answer-article-bad-questions", n = QUESTIONS_MAX, max = LINE_MAX_CHARS));
        }
    }
    Ok(())
}

/// Writes an article, whole. True when there was none of this slug.
///
/// # Errors
/// One sentence when something is wrong with it.
pub async fn write_article(work: &mut Work, by: &StaffId, article: &Article) -> Result<bool> {
    check(article)?;
    let now_ms = work.now_ms;
    let is_new = answer::get(work.tx().await?, &article.slug).await?.is_none();
    answer::put(work.tx().await?, article, now_ms).await?;
    *work.memo() = Revision::default();
    let act = if is_new { "answer.article.create" } else { "answer.article.change" };
    work.audit_staff(by, act, &article.slug, Some(article.state.word().to_owned())).await?;
    Ok(is_new)
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
    let now_ms = work.now_ms;
    let is_there = answer::set_state(work.tx().await?, slug, state, now_ms).await?;
    if is_there {
        *work.memo() = Revision::default();
        work.audit_staff(by, "answer.article.state", slug, Some(state.word().to_owned())).await?;
    }
    Ok(is_there)
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
        assert_eq!(why(|one| one.texts.clear()), "answer-article-no-text");
        assert_eq!(why(|one| one.tags = vec!["x".into(); 21]), "answer-article-bad-tags");
        assert_eq!(why(|one| one.tags = vec![" ".into()]), "answer-article-bad-tags");
        assert_eq!(why(|one| text(one).title = "x".repeat(201)), "answer-article-bad-title");
        assert_eq!(why(|one| text(one).body = "\n".into()), "answer-article-bad-body");
        assert_eq!(why(|one| text(one).body = "x".repeat(4_001)), "answer-article-bad-body");
        assert_eq!(why(|one| text(one).questions = vec!["x".into(); 101]), "answer-article-bad-questions");
        assert_eq!(why(|one| text(one).questions = vec![String::new()]), "answer-article-bad-questions");
    }
}
