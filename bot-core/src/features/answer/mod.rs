//! Answers questions from the articles, and keeps those that no article answers.

mod config;
mod decide;
#[cfg(test)]
mod evaluation;
mod give;
pub mod matcher;
mod press;
pub mod question;
mod respond;
mod say;
mod staff;
pub mod words;

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwapOption;
use async_trait::async_trait;
use lru::LruCache;

pub use config::AnswerConfig;

use self::matcher::{Match, Matcher};
use crate::chat::EventBody;
use crate::courier::End;
use crate::directory::small;
use crate::error::Result;
use crate::feature::{
    ArgKind, ArgSpec, CommandSpec, Feature, Flow, Incoming, Invocation, Manifest, Places, Press, Receipt,
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

/// A matcher and the articles' revision that it was made from.
struct Ready {
    revision: i64,
    matcher: Matcher,
}

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
    pub async fn nearest(&self, tx: &mut Tx, text: &str) -> Result<Option<Match>, StoreError> {
        self.ready(tx).await?.matcher.find(text).await
    }

    /// The matcher over the articles as they are now: made again when one changed, here or on another node.
    async fn ready(&self, tx: &mut Tx) -> Result<Arc<Ready>, StoreError> {
        let revision = answer::revision(tx).await?;
        if let Some(ready) = self.matcher.load_full().filter(|ready| ready.revision == revision) {
            return Ok(ready);
        }
        let articles = answer::all(tx).await?;
        let ready = Arc::new(Ready { revision, matcher: Matcher::build(&articles).await? });
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

#[async_trait]
impl Feature for AnswerFeature {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    async fn on_start(&self, hall: &Arc<Hall>) -> Result<(), StoreError> {
        let mut tx = hall.db.read().await?;
        self.ready(&mut tx).await.map(|_| ())
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
