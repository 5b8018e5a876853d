//! What would be done with a question: tried by staff, through what chats go through, with nothing stored.

use super::config::AnswerConfig;
use super::decide::{Decision, Input, decide, needed};
use super::matcher::{Match, Matcher};
use super::question::{Ask, is_question};
use super::respond::thousandths;
use super::say;
use crate::chat::{Lang, RichText};
use crate::store::answer::{self, Article};
use crate::store::{StoreError, Tx};

/// Candidates shown.
const CANDIDATES: usize = 5;

/// What would be done with a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// What its words are to us.
    pub ask: Ask,
    /// In a group.
    pub group: Verdict,
    /// In a private chat with the bot.
    pub direct: Verdict,
    /// The articles that come nearest, the nearest first.
    pub candidates: Vec<Candidate>,
    /// What the first of them would say, and whether the rest would be read in private.
    pub says: Option<(RichText, bool)>,
}

/// What would be done in one sort of chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What.
    pub does: Does,
    /// How sure a match must be there, in thousandths; `None` where such words are not answered at all.
    pub needed: Option<i64>,
}

/// What would be done, in a chat in which nothing was said lately.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Does {
    /// The first article is shown.
    Answers,
    /// It says that it does not know, offers a ticket and keeps the question as a gap.
    NotSure,
    /// Nothing is said, and the question is kept as a gap.
    Gap,
    /// It says what it can do.
    Hello,
    /// Nothing.
    Silence,
}

/// An article beside a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its slug.
    pub slug: String,
    /// Its title, in the language that was tried where it has one.
    pub title: String,
    /// How sure it is that it answers, in thousandths.
    pub confidence: i64,
}

/// What would be done in one sort of chat, were this the nearest article.
pub(super) fn verdict(config: &AnswerConfig, direct: bool, ask: Ask, best: Option<&Match>) -> Verdict {
    let input = Input { direct, ask, best, last: None, lately: 0, hello_at_ms: None };
    let does = match decide(config, 0, &input) {
        Decision::Answer | Decision::Point => Does::Answers,
        Decision::NotSure => Does::NotSure,
        Decision::Gap => Does::Gap,
        Decision::Hello => Does::Hello,
        Decision::Held(_) | Decision::Silence => Does::Silence,
    };
    Verdict { does, needed: needed(config, direct, ask).map(thousandths) }
}

/// Tries a question on the articles as they are now. Nothing is stored.
///
/// # Errors
/// When the database or the index fails.
pub async fn attempt(
    tx: &mut Tx,
    config: &AnswerConfig,
    question: &str,
    lang: Lang,
) -> Result<Attempt, StoreError> {
    let articles = answer::all(tx).await?;
    let found = Matcher::for_a_few(&articles).candidates(question, CANDIDATES).await?;
    let ask = is_question(question);
    let of = |slug: &str| articles.iter().find(|article| article.slug == slug);
    let text = |article: &Article| article.text(lang).map(|(_, text)| text.clone());
    let says = found.first().and_then(|best| of(&best.slug)).and_then(text);
    Ok(Attempt {
        ask,
        group: verdict(config, false, ask, found.first()),
        direct: verdict(config, true, ask, found.first()),
        says: says.map(|text| say::article(&text, config.body_max_columns)),
        candidates: found
            .iter()
            .map(|one| Candidate {
                title: of(&one.slug).and_then(text).map(|text| text.title).unwrap_or_default(),
                slug: one.slug.clone(),
                confidence: thousandths(one.confidence),
            })
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::answer::{ArticleState, ArticleText};
    use crate::store::testing::on_both;

    fn article(slug: &str, title: &str, question: &str) -> Article {
        let text =
            ArticleText { title: title.into(), questions: vec![question.into()], body: "Go there.".into() };
        Article {
            slug: slug.into(),
            tags: Vec::new(),
            state: ArticleState::Live,
            texts: [("en", text)].into(),
        }
    }

    #[test]
    fn a_question_is_tried_as_chats_would_have_it_and_leaves_nothing() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            for one in [
                article("payouts", "Payouts", "how do I withdraw my balance"),
                article("coupons", "Coupons", "can coupons be stacked"),
            ] {
                answer::put(&mut tx, &one, 1).await.unwrap();
            }
            tx.commit().await.unwrap();
            let config = AnswerConfig::default();
            let tried = async |question: &str, config: &AnswerConfig| {
                let mut tx = hall.db.read().await.unwrap();
                attempt(&mut tx, config, question, Lang::En).await.unwrap()
            };
            let sure = tried("how do I withdraw my balance?", &config).await;
            assert_eq!((sure.group.does, sure.direct.does), (Does::Answers, Does::Answers));
            assert_eq!((sure.group.needed, sure.direct.needed), (Some(700), Some(600)));
            assert_eq!(sure.candidates[0].slug, "payouts");
            assert!(sure.says.unwrap().0.text.contains("Go there."));
            let strange = tried("how do I paint my umbrella?", &config).await;
            assert_eq!((strange.group.does, strange.direct.does), (Does::Gap, Does::NotSure), "{strange:?}");
            let thanks = tried("thanks!", &config).await;
            assert_eq!((thanks.ask, thanks.group.does, thanks.group.needed), (Ask::No, Does::Silence, None));
            let off = AnswerConfig { groups: false, ..config };
            assert_eq!(tried("how do I withdraw my balance?", &off).await.group.needed, None);
            let mut tx = hall.db.read().await.unwrap();
            assert_eq!(answer::top_gaps(&mut tx, 5).await.unwrap().len(), 0);
        });
    }
}
