//! What a commit of one node tells the others, so that they need not wait for their next look.
//!
//! A word for each transaction, and only where somebody else has to act on it: `NOTIFY` takes one lock of the whole server
//! while it commits, so that all who tell something commit one after another. Timers are not told of: the node that armed one
//! fires it itself. A word that is lost costs nothing but the time until the next look.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use crate::clock::within;
use crate::hall::Hall;
use crate::ids::NodeId;
use crate::store::StoreError;
use crate::store::news::Ears;

/// After so long without a word it is asked whether the other end is still there, milliseconds.
const QUIET_MS: i64 = 15_000;
/// How long the answer may take, milliseconds.
const ANSWER_MS: i64 = 5_000;
/// How long to wait before listening anew, milliseconds.
const AGAIN_MS: i64 = 1_000;

/// What may have to be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// Something stands in the outbox.
    pub outbox: bool,
    /// A platform has posted something to a node that stands by.
    pub posted: bool,
    /// Staff, roles or their links changed.
    pub roster: bool,
    /// This feature has to read again what it keeps in memory.
    pub feature: Option<&'static str>,
}

/// What this node knows of the others.
#[derive(Default)]
pub struct Neighbours {
    own: OnceLock<NodeId>,
    are_there: AtomicBool,
    holds_all: AtomicBool,
}

impl Neighbours {
    /// Says which node this is, once.
    pub fn this_is(&self, own: &NodeId) {
        // The same program joins once.
        let _ = self.own.set(own.clone());
    }

    /// Whether a node is this one.
    pub fn is_this(&self, node: &NodeId) -> bool {
        self.own.get() == Some(node)
    }

    /// Whether other nodes serve the database too.
    pub fn are_there(&self) -> bool {
        self.are_there.load(Ordering::Relaxed)
    }

    pub(crate) fn seen(&self, are_there: bool, holds_all: bool) {
        self.are_there.store(are_there, Ordering::Relaxed);
        self.holds_all.store(holds_all, Ordering::Relaxed);
    }

    /// The words for others, if they need any. Of the outbox none from a node that calls for all accounts itself.
    pub(crate) fn words(&self, news: News) -> Option<String> {
        let own = self.own.get().filter(|_| self.are_there())?;
        let mut words = own.to_string();
        let kinds = [
            (news.outbox && !self.holds_all.load(Ordering::Relaxed), " outbox"),
            (news.posted, " posted"),
            (news.roster, " roster"),
        ];
        kinds.iter().filter(|(is_told, _)| *is_told).for_each(|(_, word)| words.push_str(word));
        if let Some(feature) = news.feature {
            words.push_str(" feature:");
            words.push_str(feature);
        }
        (words.len() > own.as_str().len()).then_some(words)
    }
}

/// Listens to the other nodes for as long as it is run.
pub async fn follow(hall: Arc<Hall>, own: NodeId) {
    loop {
        if let Err(error) = listen(&hall, &own).await {
            tracing::warn!(%error, "the other nodes are not heard; what they change is looked for every 2 seconds");
        }
        hall.clock.until(hall.now_ms() + AGAIN_MS).await;
    }
}

async fn listen(hall: &Arc<Hall>, own: &NodeId) -> Result<(), StoreError> {
    let mut ears = Ears::open(&hall.db).await?;
    hear(hall, "outbox posted roster").await;
    loop {
        let Some(heard) = within(&hall.clock, QUIET_MS, ears.hear()).await else {
            let there = within(&hall.clock, ANSWER_MS, ears.check()).await;
            there.unwrap_or_else(|| Err(StoreError::Open("the database does not answer".into())))?;
            continue;
        };
        match heard? {
            // Nobody knows what was said while the connection was lost.
            None => hear(hall, "outbox posted roster").await,
            Some(words) => match words.split_once(' ') {
                Some((by, words)) if by != own.as_str() => hear(hall, words).await,
                _ => {}
            },
        }
    }
}

/// Does what words of another node ask for. Those of a newer version that nobody here knows are passed over.
async fn hear(hall: &Arc<Hall>, words: &str) {
    for word in words.split(' ') {
        metrics::counter!("guildhall_node_news_total", "kind" => word.split(':').next().unwrap_or_default().to_owned())
            .increment(1);
        let done = match word.split_once(':') {
            None if word == "outbox" => {
                hall.bells.outbox.ring();
                Ok(())
            }
            None if word == "posted" => {
                hall.bells.posted.ring();
                Ok(())
            }
            None if word == "roster" => hall.reload_roster().await,
            Some(("feature", name)) => match hall.features.get(name) {
                Some(feature) => feature.on_start(hall).await,
                None => Ok(()),
            },
            _ => Ok(()),
        };
        if let Err(error) = done {
            tracing::error!(%error, word, "what another node has changed could not be read");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_are_told_only_what_they_have_to_act_on() {
        let neighbours = Neighbours::default();
        let all = News { outbox: true, posted: true, roster: true, feature: Some("learner") };
        let outbox = News { outbox: true, ..News::default() };
        assert_eq!(neighbours.words(all), None, "there are no nodes");
        neighbours.this_is(&"N1".into());
        assert_eq!(neighbours.words(all), None, "nobody else is there");
        neighbours.seen(true, false);
        assert_eq!(neighbours.words(all).as_deref(), Some("N1 outbox posted roster feature:learner"));
        assert_eq!(neighbours.words(outbox).as_deref(), Some("N1 outbox"));
        assert_eq!(neighbours.words(News::default()), None);
        neighbours.seen(true, true);
        assert_eq!(neighbours.words(outbox), None, "it sends everything itself");
        assert_eq!(neighbours.words(all).as_deref(), Some("N1 posted roster feature:learner"));
    }
}
