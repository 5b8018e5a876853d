//! What was answered lately in a chat: read once for a piece of work, and kept true in it.

use std::collections::HashMap;

use super::AnswerFeature;
use super::decide::Last;
use crate::ids::{ChatId, UserId};
use crate::store::answer::Lately;
use crate::store::{StoreError, answer};
use crate::work::Work;

/// The window in which answers are counted, milliseconds.
const MINUTE_MS: i64 = 60_000;

/// By chat, oldest first.
#[derive(Default)]
struct Given(HashMap<ChatId, Vec<Lately>>);

impl AnswerFeature {
    /// What was given in a chat within the time that bears on the next answer.
    async fn lately<'w>(&self, work: &'w mut Work, chat: &ChatId) -> Result<&'w [Lately], StoreError> {
        if !work.memo::<Given>().0.contains_key(chat) {
            let after_ms = work.now_ms - self.config.same_article_quiet_ms.max(MINUTE_MS);
            let given = answer::given_since(work.tx_unflushed(), chat, after_ms).await?;
            work.memo::<Given>().0.insert(chat.clone(), given);
        }
        Ok(work.memo::<Given>().0.get(chat).map_or(&[], Vec::as_slice))
    }

    /// When an article was given in a chat last, unless that failed or is long ago.
    pub(super) async fn last(
        &self,
        work: &mut Work,
        chat: &ChatId,
        slug: &str,
    ) -> Result<Option<Lately>, StoreError> {
        let after_ms = work.now_ms - self.config.same_article_quiet_ms;
        let lately = self.lately(work, chat).await?;
        let last =
            lately.iter().rev().find(|one| one.article == slug && one.stands() && one.given_at_ms > after_ms);
        Ok(last.cloned())
    }

    /// How many answers the bot gave by itself in a chat in the last minute.
    pub(super) async fn in_last_minute(&self, work: &mut Work, chat: &ChatId) -> Result<i64, StoreError> {
        let after_ms = work.now_ms - MINUTE_MS;
        let lately = self.lately(work, chat).await?;
        let by_itself = lately.iter().filter(|one| one.by_staff.is_none() && one.given_at_ms > after_ms);
        Ok(i64::try_from(by_itself.count()).unwrap_or(i64::MAX))
    }
}

/// Takes in that an answer was given in this work.
pub(super) fn gave(work: &mut Work, given: &answer::Given) {
    if let Some(lately) = work.memo::<Given>().0.get_mut(&given.chat) {
        lately.push(given.into());
    }
}

/// As the decision wants to know it.
pub(super) fn as_last(last: &Lately, asker: &UserId) -> Last {
    Last {
        at_ms: last.given_at_ms,
        same_asker: last.asker.as_ref() == Some(asker),
        pointed: last.points_at.is_some(),
    }
}
