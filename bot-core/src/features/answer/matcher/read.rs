//! The words of articles. Cutting them takes longer than all else that is done to judge a question, so that they are kept.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use lru::LruCache;

use crate::directory::small;
use crate::features::answer::words::words;
use crate::store::answer::{Article, ArticleState};

/// How much of a mention a word in the body is, when words are weighed by how many articles mention them.
const BODY_MENTION: f64 = 0.4;
/// Of how many articles the words are kept.
const KEPT: NonZeroUsize = NonZeroUsize::new(2_000).unwrap();

/// The words of articles by their versions: a version says all that there is to cut.
static READ: LazyLock<Mutex<LruCache<String, Arc<Read>>>> = LazyLock::new(|| Mutex::new(small(KEPT)));

/// The words of an article.
#[derive(Default)]
pub(super) struct Read {
    /// Of its titles and questions, one each.
    pub(super) lines: Vec<BTreeSet<String>>,
    /// Of all these together.
    pub(super) head: BTreeSet<String>,
    /// Of what it says.
    pub(super) body: BTreeSet<String>,
}

/// The words of the articles that are live.
pub(super) fn all_read(articles: &[Article]) -> BTreeMap<String, Arc<Read>> {
    let live = articles.iter().filter(|article| article.state == ArticleState::Live);
    live.map(|article| (article.slug.clone(), read(article))).collect()
}

/// The words of an article.
fn read(article: &Article) -> Arc<Read> {
    let version = article.version();
    let kept = || READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(read) = kept().get(&version) {
        return Arc::clone(read);
    }
    let mut of = Read::default();
    for text in article.texts.values() {
        let lines: Vec<Vec<String>> =
            std::iter::once(&text.title).chain(&text.questions).map(|line| words(line)).collect();
        let body = words(&text.body);
        of.head.extend(lines.iter().flatten().cloned());
        of.body.extend(body);
        of.lines
            .extend(lines.into_iter().filter(|line| !line.is_empty()).map(|line| line.into_iter().collect()));
    }
    let of = Arc::new(of);
    kept().put(version, Arc::clone(&of));
    of
}

/// Each word with how many articles mention it.
pub(super) fn mentions<'k>(articles: impl Iterator<Item = &'k Read>) -> BTreeMap<String, f64> {
    let mut mentions = BTreeMap::new();
    for article in articles {
        for word in &article.head {
            *mentions.entry(word.clone()).or_insert(0.0) += 1.0;
        }
        for word in article.body.difference(&article.head) {
            *mentions.entry(word.clone()).or_insert(0.0) += BODY_MENTION;
        }
    }
    mentions
}
