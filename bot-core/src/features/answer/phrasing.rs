//! The phrasings of an article that is being written: which of them it would answer, by what chats go through.

use super::attempt::{Candidate, Verdict, verdict};
use super::config::AnswerConfig;
use super::matcher::Matcher;
use super::question::is_question;
use super::respond::thousandths;
use super::say;
use crate::chat::Lang;
use crate::store::answer::{self, Article, ArticleState};
use crate::store::{StoreError, Tx};

/// What would be done with one phrasing.
#[derive(Clone, Debug, PartialEq)]
pub struct Phrasing {
    /// In which language it stands.
    pub lang: Lang,
    /// Its words.
    pub line: String,
    /// The article that comes nearest.
    pub best: Option<Candidate>,
    /// Whether that is the article whose phrasing it is.
    pub is_own: bool,
    /// In a group.
    pub group: Verdict,
    /// In a private chat with the bot.
    pub direct: Verdict,
}

/// The language that a question is written in.
pub fn lang_of_question(question: &str) -> Lang {
    say::script(question)
}

/// Tries each phrasing of an article as if it were live and stood as it is given here, beside all others as they are.
/// Nothing is stored.
///
/// # Errors
/// When the database or the index fails.
pub async fn phrasings(
    tx: &mut Tx,
    config: &AnswerConfig,
    article: &Article,
) -> Result<Vec<Phrasing>, StoreError> {
    let mut articles = answer::all(tx).await?;
    articles.retain(|one| one.slug != article.slug);
    articles.push(Article { state: ArticleState::Live, ..article.clone() });
    let lines: Vec<(Lang, &str)> = [Lang::Zh, Lang::En]
        .into_iter()
        .filter_map(|lang| Some((lang, article.texts.get(lang.word())?)))
        .flat_map(|(lang, text)| text.questions.iter().map(move |line| (lang, line.as_str())))
        .collect();
    let asked: Vec<&str> = lines.iter().map(|(_, line)| *line).collect();
    let found = Matcher::for_a_few(&articles).find(&asked).await?;
    let title = |slug: &str, lang| {
        let text = articles.iter().find(|one| one.slug == slug)?.text(lang)?.1;
        Some(text.title.clone())
    };
    let tried = lines.into_iter().zip(found).map(|((lang, line), best)| {
        let ask = is_question(line);
        Phrasing {
            lang,
            line: line.to_owned(),
            is_own: best.as_ref().is_some_and(|best| best.slug == article.slug),
            group: verdict(config, false, ask, best.as_ref()),
            direct: verdict(config, true, ask, best.as_ref()),
            best: best.map(|best| Candidate {
                title: title(&best.slug, lang).unwrap_or_default(),
                confidence: thousandths(best.confidence),
                slug: best.slug,
            }),
        }
    });
    Ok(tried.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::answer::Does;
    use crate::store::answer::ArticleText;
    use crate::store::testing::on_both;

    fn article(slug: &str, state: ArticleState, questions: &[&str]) -> Article {
        let text = ArticleText {
            title: slug.replace('-', " "),
            questions: questions.iter().map(|&line| line.to_owned()).collect(),
            body: "Go there.".into(),
        };
        Article { slug: slug.into(), tags: Vec::new(), state, texts: [("en", text)].into() }
    }

    #[test]
    fn a_phrasing_that_another_article_has_as_well_is_told_and_nothing_is_stored() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            let live = [
                article("balance-payouts", ArticleState::Live, &["how do I withdraw my balance?"]),
                article("coupons", ArticleState::Live, &["can coupons be stacked?"]),
            ];
            for one in &live {
                answer::put(&mut tx, one, 1).await.unwrap();
            }
            tx.commit().await.unwrap();
            let draft = article(
                "umbrellas",
                ArticleState::Draft,
                &["how do I paint my umbrella?", "how do I withdraw my balance?", "thanks!"],
            );
            let mut tx = hall.db.read().await.unwrap();
            let tried = phrasings(&mut tx, &AnswerConfig::default(), &draft).await.unwrap();
            let seen: Vec<_> =
                tried.iter().map(|one| (one.line.as_str(), one.is_own, one.group.does)).collect();
            assert_eq!(seen[0], ("how do I paint my umbrella?", true, Does::Answers), "{tried:?}");
            assert!(!seen[1].1, "the other one has these words in its title too: {tried:?}");
            assert_eq!(tried[1].best.as_ref().unwrap().slug, "balance-payouts");
            assert_eq!(seen[2].2, Does::Silence, "{tried:?}");
            assert_eq!(tried[2].group.needed, None, "{tried:?}");
            assert_eq!(answer::all(&mut tx).await.unwrap(), live);
            let changed = article("coupons", ArticleState::Live, &["may I use two coupons?"]);
            let tried = phrasings(&mut tx, &AnswerConfig::default(), &changed).await.unwrap();
            assert!(tried.len() == 1 && tried[0].is_own, "it stands in its own place: {tried:?}");
        });
    }

    #[test]
    fn the_script_of_a_question_is_its_language() {
        assert_eq!([lang_of_question("提现要多久？"), lang_of_question("how long?")], [Lang::Zh, Lang::En]);
    }
}
