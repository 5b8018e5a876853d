//! Answers questions from the articles, and keeps those that no article answers.

mod attempt;
mod config;
mod decide;
#[cfg(test)]
mod evaluation;
mod give;
mod lately;
pub mod matcher;
mod phrasing;
mod press;
pub mod question;
mod respond;
mod say;
mod staff;
pub mod words;
mod write;

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwapOption;
use async_trait::async_trait;
use lru::LruCache;

pub use attempt::{Attempt, Candidate, Does, Verdict, attempt};
pub use config::AnswerConfig;
pub use phrasing::{Phrasing, lang_of_question, phrasings};
pub use write::{
    ArticlePart, Seen, Written, check as check_article, drop_gap, faults as article_faults,
    set_article_state, write_article,
};

use self::matcher::{Match, Matcher};
use self::question::{Ask, is_question};
use crate::chat::{AccountId, Event, EventBody, EventKey};
use crate::courier::End;
use crate::directory::small;
use crate::error::Result;
use crate::feature::{
    ArgKind, ArgSpec, CommandSpec, Feature, Flow, Incoming, Invocation, Manifest, Offer, Places, Press,
    Receipt, Typed,
};
use crate::hall::Hall;
use crate::ids::{ChatId, RowId};
use crate::roster::Permission;
use crate::store::{StoreError, Tx, answer};
use crate::texts::Text;
use crate::work::Work;

/// How many private chats are remembered as greeted.
const GREETED_KEPT: NonZeroUsize = NonZeroUsize::new(4_096).unwrap();
/// What the private chat is opened with to read an article whole, before its slug.
const OPEN_WITH: &str = "article-";

/// Answers questions from the articles.
pub struct AnswerFeature {
    config: AnswerConfig,
    matcher: ArcSwapOption<Ready>,
    /// When the bot said in a private chat what it can do. Forgotten at a restart, which costs one greeting.
    greeted: Mutex<LruCache<ChatId, i64>>,
}

/// How many questions are remembered with what was found for them: more than one batch of events holds.
const FOUND_KEPT: NonZeroUsize = NonZeroUsize::new(1_024).unwrap();
/// Longer texts are not remembered, in bytes.
const FOUND_MAX_UTF8: usize = 600;

/// A matcher, the articles' revision that it was made from, and what it found lately.
struct Ready {
    revision: i64,
    matcher: Matcher,
    found: Mutex<LruCache<String, Option<Match>>>,
}

/// The articles' revision, read once for a piece of work.
#[derive(Default)]
struct Revision(Option<i64>);

static MANIFEST: Manifest = Manifest {
    name: "answer",
    commands: &[
        CommandSpec {
            name: "answer",
            needs: Some(Permission::Articles),
            places: Places::Groups,
            args: &[ArgSpec { name: "slug", kind: ArgKind::Word, required: true }],
        },
        CommandSpec {
            name: "gaps",
            needs: Some(Permission::Articles),
            places: Places::StaffOrDirect,
            args: &[
                ArgSpec { name: "action", kind: ArgKind::Word, required: false },
                ArgSpec { name: "number", kind: ArgKind::Word, required: false },
            ],
        },
        CommandSpec {
            name: "article",
            needs: Some(Permission::Articles),
            places: Places::StaffOrDirect,
            args: &[
                ArgSpec { name: "action", kind: ArgKind::Word, required: true },
                ArgSpec { name: "slug", kind: ArgKind::Word, required: false },
            ],
        },
    ],
    timers: &[],
    buttons: &["solved", "unsolved"],
    forms: &[],
    pages: &[],
};

impl Default for AnswerFeature {
    fn default() -> Self {
        Self::new(AnswerConfig::default())
    }
}

impl AnswerFeature {
    /// With these settings.
    pub fn new(config: AnswerConfig) -> Self {
        Self { config, matcher: ArcSwapOption::empty(), greeted: Mutex::new(small(GREETED_KEPT)) }
    }

    /// The article that comes nearest to a text, by the articles as they are now.
    ///
    /// # Errors
    /// When the database or the index fails.
    pub async fn nearest(&self, work: &mut Work, text: &str) -> Result<Option<Match>, StoreError> {
        self.current(work).await?.nearest(text).await
    }

    /// What is ready for the articles as this work sees them.
    async fn current(&self, work: &mut Work) -> Result<Arc<Ready>, StoreError> {
        let revision = match work.memo::<Revision>().0 {
            Some(revision) => revision,
            None => answer::revision(work.tx_unflushed()).await?,
        };
        work.memo::<Revision>().0 = Some(revision);
        self.ready(work.tx_unflushed(), revision).await
    }

    /// The matcher over the articles of a revision: made again when one changed, here or on another node.
    async fn ready(&self, tx: &mut Tx, revision: i64) -> Result<Arc<Ready>, StoreError> {
        if let Some(ready) = self.matcher.load_full().filter(|ready| ready.revision == revision) {
            return Ok(ready);
        }
        let matcher = Matcher::build(&answer::all(tx).await?).await?;
        let ready = Arc::new(Ready { revision, matcher, found: Mutex::new(small(FOUND_KEPT)) });
        self.matcher.store(Some(Arc::clone(&ready)));
        Ok(ready)
    }

    fn greeted_at_ms(&self, chat: &ChatId) -> Option<i64> {
        self.greeted.lock().unwrap_or_else(PoisonError::into_inner).get(chat).copied()
    }

    fn greets(&self, chat: &ChatId, now_ms: i64) {
        self.greeted.lock().unwrap_or_else(PoisonError::into_inner).put(chat.clone(), now_ms);
    }
}

impl Ready {
    fn found(&self) -> MutexGuard<'_, LruCache<String, Option<Match>>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn nearest(&self, text: &str) -> Result<Option<Match>, StoreError> {
        if let Some(found) = self.found().get(text) {
            return Ok(found.clone());
        }
        Ok(self.matcher.find(&[text]).await?.pop().flatten())
    }

    /// Looks up many questions at once and remembers what was found.
    async fn look_up(&self, texts: &[&str]) -> Result<(), StoreError> {
        let found = self.matcher.find(texts).await?;
        let mut kept = self.found();
        for (text, found) in texts.iter().zip(found) {
            kept.put((*text).to_owned(), found);
        }
        Ok(())
    }
}

/// What the messages of a batch are to us, by what tells them apart.
#[derive(Default)]
struct Asks(HashMap<(AccountId, EventKey), Ask>);

/// The text of a message that is judged by its words alone: without mentions, and the writer's own.
fn plain_words(event: &Event) -> Option<&str> {
    let EventBody::Message(message) = &event.body else { return None };
    let text = &message.content.text;
    let plain = text.marks.is_empty() && message.forwarded.is_none() && text.text.len() <= FOUND_MAX_UTF8;
    plain.then_some(text.text.as_str())
}

#[async_trait]
impl Feature for AnswerFeature {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    async fn on_start(&self, hall: &Arc<Hall>) -> Result<(), StoreError> {
        let mut tx = hall.db.read().await?;
        let revision = answer::revision(&mut tx).await?;
        self.ready(&mut tx, revision).await.map(|_| ())
    }

    async fn look_ahead(&self, work: &mut Work, events: &[&Event]) -> Result<()> {
        // One alone is looked up when it comes to it.
        if events.len() < 2 {
            return Ok(());
        }
        let mut questions = Vec::new();
        for event in events {
            let Some(text) = plain_words(event) else { continue };
            let ask = is_question(text);
            if matches!(ask, Ask::Question | Ask::Trouble) {
                questions.push(text);
            }
            work.memo::<Asks>().0.insert((event.account.clone(), event.key.clone()), ask);
        }
        if !questions.is_empty() {
            self.current(work).await?.look_up(&questions).await?;
        }
        Ok(())
    }

    async fn on_message(&self, work: &mut Work, incoming: &Incoming) -> Result<Flow> {
        self.hear(work, incoming).await
    }

    async fn on_event(&self, work: &mut Work, incoming: &Incoming) -> Result<Flow> {
        let EventBody::DirectOpened { payload: Some(payload), .. } = &incoming.event.body else {
            return Ok(Flow::Pass);
        };
        let (Some(slug), Some(at)) =
            (payload.strip_prefix(OPEN_WITH), incoming.actor(&work.hall, None, None))
        else {
            return Ok(Flow::Pass);
        };
        self.show_whole(work, &at, slug).await?;
        Ok(Flow::Done)
    }

    async fn on_command(&self, work: &mut Work, call: &Invocation) -> Result<()> {
        match call.spec.name {
            "answer" => self.by_hand(work, call).await,
            "gaps" => staff::gaps(work, call).await,
            _ => staff::article(work, call).await,
        }
    }

    fn offers(&self) -> &'static [&'static str] {
        &["answer", "article"]
    }

    async fn offer(&self, work: &mut Work, typed: &Typed) -> Result<Vec<Offer>> {
        staff::offer(work, typed).await
    }

    async fn on_press(&self, work: &mut Work, press: &Press) -> Result<Option<Text>> {
        press::pressed(work, press).await
    }

    async fn on_receipt(&self, work: &mut Work, receipt: &Receipt) -> Result<()> {
        if receipt.origin.kind == give::GIVEN {
            let shown = matches!(receipt.end, End::Sent(_));
            answer::mark_sent(work.tx().await?, &RowId(receipt.origin.key.clone()), shown).await?;
        }
        Ok(())
    }
}
