//! Finds the article that answers a question, and says how sure that is.
//!
//! FTS5 gives the articles that know a word of it; each is then judged by how much of the question it covers, how near the
//! question is to one of its phrasings, and how far it leads before the next article.

mod read;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use self::read::{Read, all_read, mentions};
use super::words::{is_han, words};
use crate::store::StoreError;
use crate::store::answer::{Article, ArticleIndex};

/// What a word in the body is worth beside one in a title or a question.
const BODY_WORTH: f64 = 0.5;
/// What a word counts that no article knows, beside the rarest that one does: it may be small talk.
const UNKNOWN_WORTH: f64 = 0.6;
/// What a match by a part of a Chinese word or by a slip of the finger is worth.
const NEAR_WORTH: f64 = 0.3;
/// The most near words that an unknown word is looked up as.
const NEAR_MAX: usize = 4;
/// Shortest English word in which a slip is forgiven, in letters.
const SLIP_MIN_CHARS: usize = 5;
/// Evidence beyond this adds nothing; in words of the rarest kind, so that few articles are as good as many.
const EVIDENCE_MAX: f64 = 2.03;

/// The weights of the confidence, a logistic regression over the articles' own phrasings, each left out of the
/// index in turn, and the tuning questions (docs/features/answer.md says how to fit them again).
const BIAS: f64 = -4.23;
const WEIGHT_LIKENESS: f64 = 1.40;
const WEIGHT_NEAREST: f64 = 3.55;
const WEIGHT_LEAD: f64 = 3.42;
const WEIGHT_EVIDENCE: f64 = 4.59;

/// The article that comes nearest to a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// Its slug.
    pub slug: String,
    /// How sure it is that it answers, 0 to 1.
    pub confidence: f64,
}

/// What is known of the articles that answer, ready for questions.
#[derive(Debug)]
pub struct Matcher {
    /// `None` where it is asked a few questions and thrown away: then all articles are gone through.
    index: Option<ArticleIndex>,
    /// Each word that an article knows.
    words: HashMap<String, WordNo>,
    /// What each is written in, by its number.
    letters: Vec<Letters>,
    /// What each word weighs, by its number.
    weights: Vec<f64>,
    /// What a word weighs that no article knows.
    rarest: f64,
    /// Each article with its slug, in the order of the index.
    articles: Vec<(String, Known)>,
}

/// A word of the articles, by number.
type WordNo = u32;

/// What a word is written in, to tell at a glance which words are far from each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Letters {
    /// Chinese.
    Han,
    /// Which of 32 classes of bytes stand in it. A slip of the finger adds, takes away or changes one.
    Other(u32),
}

impl Letters {
    fn of(word: &str) -> Self {
        if word.starts_with(is_han) {
            return Self::Han;
        }
        Self::Other(word.bytes().fold(0, |set, byte| set | 1 << (byte % 32)))
    }

    /// Whether words with these letters may be one slip apart.
    fn near(self, other: Self) -> bool {
        match (self, other) {
            (Self::Other(a), Self::Other(b)) => (a ^ b).count_ones() <= 2,
            _ => false,
        }
    }
}

/// Words by number, rising.
#[derive(Debug, Default)]
struct WordSet(Vec<WordNo>);

/// The words of an article.
#[derive(Debug, Default)]
struct Known {
    /// Of its titles and questions, one each, with what all its words weigh together.
    lines: Vec<(WordSet, f64)>,
    head: WordSet,
    body: WordSet,
}

/// A word of a question: its weight, and what it is looked up as with what that is worth.
struct Asked {
    weight: f64,
    as_words: Vec<(WordNo, f64)>,
}

/// An article beside a question: how like they are, what else speaks for it, and which it is.
struct Judged<'m> {
    likeness: f64,
    signs: f64,
    slug: &'m str,
}

/// How sure it is that the article at a place answers: the first leads before the second, the others fall behind the first.
fn sure(judged: &[Judged<'_>], at: usize) -> Match {
    let one = &judged[at];
    let rival = if at == 0 { judged.get(1) } else { judged.first() };
    let lead = one.likeness - rival.map_or(0.0, |rival| rival.likeness);
    let sum = BIAS + one.signs + WEIGHT_LIKENESS * one.likeness + WEIGHT_LEAD * lead;
    Match { slug: one.slug.to_owned(), confidence: 1.0 / (1.0 + (-sum).exp()) }
}

impl WordSet {
    fn has(&self, word: WordNo) -> bool {
        self.0.binary_search(&word).is_ok()
    }
}

impl Matcher {
    /// A matcher over the articles that are live.
    ///
    /// # Errors
    /// When the index cannot be built.
    pub async fn build(articles: &[Article]) -> Result<Self, StoreError> {
        let read = all_read(articles);
        let all_words = |of: &Arc<Read>| of.head.union(&of.body).cloned().collect::<Vec<_>>().join(" ");
        let index = ArticleIndex::build(&read.values().map(all_words).collect::<Vec<_>>()).await?;
        Ok(Self::over(Some(index), read))
    }

    /// The same without an index, which takes longer to make than a few questions do without it.
    pub fn for_a_few(articles: &[Article]) -> Self {
        Self::over(None, all_read(articles))
    }

    fn over(index: Option<ArticleIndex>, read: BTreeMap<String, Arc<Read>>) -> Self {
        let (mut words, mut letters, mut weights) = (HashMap::new(), Vec::new(), Vec::new());
        for (no, (word, mentions)) in (0..).zip(mentions(read.values().map(Arc::as_ref))) {
            letters.push(Letters::of(&word));
            words.insert(word, no);
            weights.push(weight(read.len(), mentions));
        }
        let set = |of: &BTreeSet<String>| {
            let mut set: Vec<WordNo> = of.iter().filter_map(|word| words.get(word).copied()).collect();
            set.sort_unstable();
            WordSet(set)
        };
        let articles = read
            .iter()
            .map(|(slug, of)| {
                let lines = of.lines.iter().map(|line| {
                    let line = set(line);
                    let weight = line.0.iter().map(|word| weights[*word as usize]).sum();
                    (line, weight)
                });
                let known = Known { lines: lines.collect(), head: set(&of.head), body: set(&of.body) };
                (slug.clone(), known)
            })
            .collect();
        Self { index, rarest: weight(read.len(), 0.0), words, letters, weights, articles }
    }

    /// For each question the article that comes nearest to it; `None` when none has a word in common with it.
    ///
    /// # Errors
    /// When the index fails.
    pub async fn find(&self, questions: &[&str]) -> Result<Vec<Option<Match>>, StoreError> {
        let cut: Vec<Vec<String>> = questions.iter().map(|question| words(question)).collect();
        let (asked, looked_up): (Vec<_>, Vec<_>) = cut.iter().map(|words| self.read(words)).unzip();
        let found = self.known_by(&asked, &looked_up).await?;
        Ok(asked.iter().zip(found).map(|(asked, found)| self.best(asked, &found)).collect())
    }

    /// The articles that come nearest to a question, the nearest first, each with how sure it would be.
    ///
    /// # Errors
    /// When the index fails.
    pub async fn candidates(&self, question: &str, most: usize) -> Result<Vec<Match>, StoreError> {
        let words = words(question);
        let (asked, looked_up) = self.read(&words);
        let (asked, looked_up) = ([asked], [looked_up]);
        let found = self.known_by(&asked, &looked_up).await?.pop().unwrap_or_default();
        let judged = self.ranked(&asked[0], &found);
        Ok((0..judged.len().min(most)).map(|at| sure(&judged, at)).collect())
    }

    /// For each question the articles that know any of its words, by their places.
    async fn known_by(
        &self,
        asked: &[Vec<Asked>],
        looked_up: &[Vec<&str>],
    ) -> Result<Vec<Vec<usize>>, StoreError> {
        if let Some(index) = &self.index {
            return index.find(looked_up).await;
        }
        let knows = |known: &Known, asked: &[Asked]| {
            let words = asked.iter().flat_map(|one| &one.as_words);
            words.into_iter().any(|(word, _)| known.head.has(*word) || known.body.has(*word))
        };
        let places = |asked: &Vec<Asked>| {
            let all = self.articles.iter().enumerate();
            all.filter(|(_, (_, known))| knows(known, asked)).map(|(at, _)| at).collect()
        };
        Ok(asked.iter().map(places).collect())
    }

    /// The nearest of the articles that the index gave.
    fn best(&self, asked: &[Asked], found: &[usize]) -> Option<Match> {
        let judged = self.ranked(asked, found);
        (!judged.is_empty()).then(|| sure(&judged, 0))
    }

    /// The articles that the index gave, the likest first.
    fn ranked(&self, asked: &[Asked], found: &[usize]) -> Vec<Judged<'_>> {
        let total: f64 = asked.iter().map(|one| one.weight).sum();
        let mut judged: Vec<Judged<'_>> = found
            .iter()
            .filter_map(|at| {
                let (slug, article) = self.articles.get(*at)?;
                let (covered, nearest) = Self::judge(article, asked, total);
                let evidence = covered * total / self.rarest.max(f64::MIN_POSITIVE);
                let signs =
                    WEIGHT_NEAREST * nearest + WEIGHT_EVIDENCE * evidence.min(EVIDENCE_MAX) / EVIDENCE_MAX;
                Some(Judged { likeness: (covered + nearest) / 2.0, signs, slug })
            })
            .collect();
        judged.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then_with(|| a.slug.cmp(b.slug)));
        judged
    }

    /// How much of the question an article covers, and how near its nearest line is, both 0 to 1.
    fn judge(article: &Known, asked: &[Asked], total: f64) -> (f64, f64) {
        let worth = |one: &Asked, words: &WordSet| {
            one.as_words
                .iter()
                .filter(|(word, _)| words.has(*word))
                .map(|(_, worth)| *worth)
                .fold(0.0, f64::max)
        };
        // Every word of a line is one of the head: what is not there need not be looked for in each line.
        let (mut covered, mut in_head) = (0.0, Vec::new());
        for one in asked {
            let head = worth(one, &article.head);
            if head > 0.0 {
                in_head.push(one);
            }
            covered += one.weight * head.max(BODY_WORTH * worth(one, &article.body));
        }
        if in_head.is_empty() {
            return (covered / total.max(f64::MIN_POSITIVE), 0.0);
        }
        let nearest = article
            .lines
            .iter()
            .map(|(line, weight)| {
                let common: f64 = in_head.iter().map(|one| one.weight * worth(one, line)).sum();
                common / (total * weight).sqrt().max(f64::MIN_POSITIVE)
            })
            .fold(0.0, f64::max);
        (covered / total.max(f64::MIN_POSITIVE), nearest)
    }

    /// The words of a question with their weights, and those that are to be looked up.
    fn read<'w>(&'w self, words: &'w [String]) -> (Vec<Asked>, Vec<&'w str>) {
        let mut looked_up = Vec::new();
        let asked = words
            .iter()
            .map(|word| {
                if let Some(&no) = self.words.get(word) {
                    looked_up.push(word.as_str());
                    return Asked { weight: self.weights[no as usize], as_words: vec![(no, 1.0)] };
                }
                // As telling as a word that no article knows, and never wholly found: 支付宝 is not 支付.
                let near = self.near(word);
                let weight = if near.is_empty() { UNKNOWN_WORTH } else { 1.0 } * self.rarest;
                looked_up.extend(near.iter().map(|(word, _)| *word));
                Asked { weight, as_words: near.into_iter().map(|(_, no)| (no, NEAR_WORTH)).collect() }
            })
            .collect();
        (asked, looked_up)
    }

    /// Words of the articles that an unknown word may mean: Chinese words within it or around it, English
    /// words one slip away.
    fn near(&self, word: &str) -> Vec<(&str, WordNo)> {
        let (count, letters) = (word.chars().count(), Letters::of(word));
        let han = letters == Letters::Han;
        if count < if han { 2 } else { SLIP_MIN_CHARS } {
            return Vec::new();
        }
        let mut near: Vec<(&str, WordNo)> = self
            .words
            .iter()
            .map(|(known, no)| (known.as_str(), *no))
            .filter(|(known, no)| {
                let of = self.letters[*no as usize];
                if han {
                    of == Letters::Han && (word.contains(known) || known.contains(word))
                } else {
                    of.near(letters)
                        && known.len().abs_diff(word.len()) <= 1
                        && strsim::osa_distance(known, word) == 1
                }
            })
            .collect();
        near.sort_by_key(|(known, _)| (std::cmp::Reverse(known.len()), *known));
        near.truncate(NEAR_MAX);
        near
    }
}

/// The inverse document frequency as in bm25 (Robertson and Zaragoza 2009): the rarer the word, the more it says.
#[expect(clippy::cast_precision_loss, reason = "there are fewer than 2^52 articles")]
fn weight(articles: usize, mentions: f64) -> f64 {
    let articles = articles as f64;
    (1.0 + ((articles - mentions).max(0.0) + 0.5) / (mentions + 0.5)).ln()
}

/// The words of a question in one order, so that the same question put in another way is the same gap.
pub fn form_of(question: &str) -> String {
    let sorted: BTreeSet<String> = words(question).into_iter().collect();
    if sorted.is_empty() {
        let bare: String = question.chars().filter(|c| c.is_alphanumeric() || c.is_whitespace()).collect();
        return bare.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    }
    sorted.into_iter().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
