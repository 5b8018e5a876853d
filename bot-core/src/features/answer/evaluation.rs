//! Measures the matcher on questions: those it was tuned on, and those it never saw.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::config::AnswerConfig;
use super::decide::{Decision, Input, decide};
use super::matcher::Matcher;
use super::question::is_question;
use crate::store::answer::{Article, ArticleState, ArticleText};

#[derive(Deserialize)]
struct Articles {
    article: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    slug: String,
    tags: Vec<String>,
    en: Text,
    #[serde(rename = "zh-CN")]
    zh: Text,
}

#[derive(Deserialize)]
struct Text {
    title: String,
    questions: Vec<String>,
    body: String,
}

#[derive(Deserialize)]
struct Questions {
    question: Vec<Question>,
}

#[derive(Deserialize)]
struct Question {
    text: String,
    expect: String,
}

/// What came of a set of questions.
#[derive(Debug, Default)]
struct Figures {
    /// Questions that an article answers.
    answerable: u32,
    /// Answered with that article.
    right: u32,
    /// Answered with another article.
    wrong: u32,
    /// Answered though none of the articles answers it.
    needless: u32,
    /// Messages on which to be silent.
    not_for_us: u32,
    /// How often the best candidate was right, sure or not.
    first: u32,
    /// Time for each, microseconds.
    took_us: Vec<u128>,
}

impl Figures {
    fn precision(&self) -> f64 {
        f64::from(self.right) / f64::from((self.right + self.wrong + self.needless).max(1))
    }

    fn recall(&self) -> f64 {
        f64::from(self.right) / f64::from(self.answerable.max(1))
    }

    #[expect(clippy::print_stderr, reason = "figures for whoever tunes the matcher")]
    fn show(&mut self, name: &str) {
        self.took_us.sort_unstable();
        let at = |part: usize| self.took_us.get(self.took_us.len() * part / 100).copied().unwrap_or_default();
        let silent = 100.0 * (1.0 - f64::from(self.needless) / f64::from(self.not_for_us.max(1)));
        eprintln!(
            "{name}: precision {:.1} %, recall {:.1} %, silent where it should be {silent:.1} % ({} right, {} wrong, {} needless of {} answerable and {} not); best candidate right {} times; a look-up p50 {} µs, p99 {} µs",
            100.0 * self.precision(),
            100.0 * self.recall(),
            self.right,
            self.wrong,
            self.needless,
            self.answerable,
            self.not_for_us,
            self.first,
            at(50),
            at(99)
        );
    }
}

fn read<T: for<'d> Deserialize<'d>>(path: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    toml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap()
}

fn demo_articles() -> Vec<Article> {
    let text = |text: Text| ArticleText { title: text.title, questions: text.questions, body: text.body };
    let articles: Articles = read("../src/demo/data/articles.toml");
    articles
        .article
        .into_iter()
        .map(|entry| Article {
            slug: entry.slug,
            tags: entry.tags,
            state: ArticleState::Live,
            texts: BTreeMap::from([("en", text(entry.en)), ("zh", text(entry.zh))]),
        })
        .collect()
}

#[expect(clippy::disallowed_methods, reason = "what is measured here is real time")]
async fn measure(matcher: &Matcher, path: &str) -> Figures {
    let config = AnswerConfig::default();
    let mut figures = Figures::default();
    let questions: Questions = read(path);
    for question in questions.question {
        let started = std::time::Instant::now();
        let ask = is_question(&question.text);
        let best = matcher.find(&[&question.text]).await.unwrap().remove(0);
        figures.took_us.push(started.elapsed().as_micros());
        let input =
            Input { direct: false, ask, best: best.as_ref(), last: None, lately: 0, hello_at_ms: None };
        let answered = decide(&config, 0, &input) == Decision::Answer;
        let slug = best.as_ref().map_or("", |best| best.slug.as_str());
        let wanted = !question.expect.is_empty();
        figures.answerable += u32::from(wanted);
        figures.not_for_us += u32::from(!wanted);
        figures.first += u32::from(wanted && slug == question.expect);
        figures.right += u32::from(answered && slug == question.expect);
        figures.wrong += u32::from(answered && wanted && slug != question.expect);
        figures.needless += u32::from(answered && !wanted);
    }
    figures
}

#[tokio::test]
async fn what_is_answered_in_public_is_right() {
    let matcher = Matcher::build(&demo_articles()).await.unwrap();
    let mut tuned = measure(&matcher, "tests/data/answer_tuning.toml").await;
    tuned.show("tuned on");
    assert!(tuned.precision() >= 0.95 && tuned.recall() >= 0.65, "{tuned:?}");
    let mut chosen = measure(&matcher, "tests/data/answer_choose.toml").await;
    chosen.show("chosen by");
    let mut blind = measure(&matcher, "tests/data/answer_blind.toml").await;
    blind.show("blind");
    let mut hard = measure(&matcher, "../tests/data/eval_questions.toml").await;
    hard.show("hard");
    // Of so few answers one more mistake moves the figure by several points: the floors lie that much below.
    assert!(blind.precision() >= 0.8 && blind.recall() >= 0.3, "{blind:?}");
    assert!(hard.precision() >= 0.8 && hard.recall() >= 0.18, "{hard:?}");
}
