//! What is wrong with the account: kept while it is so, and said in the log once.

use std::sync::{Mutex, PoisonError};

use bot_core::chat::{AccountId, Trouble, TroubleKind};

use crate::known::Known;

/// The account's troubles. Those of chats are read from what is known of them.
pub(crate) struct Troubles {
    account: AccountId,
    now: Mutex<Vec<TroubleKind>>,
}

impl Troubles {
    pub(crate) fn new(account: AccountId) -> Self {
        Self { account, now: Mutex::default() }
    }

    /// Something is wrong. Said once, until it is over.
    pub(crate) fn is(&self, kind: TroubleKind) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        // The network's words change from try to try; it is one trouble all the same.
        let same = |other: &TroubleKind| std::mem::discriminant(other) == std::mem::discriminant(&kind);
        if !now.iter().any(same) {
            tracing::warn!(account = %self.account, "{kind}");
        }
        now.retain(|other| !same(other));
        now.push(kind);
    }

    /// What `over` names is over.
    pub(crate) fn over(&self, over: impl Fn(&TroubleKind) -> bool) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        let before = now.len();
        now.retain(|kind| !over(kind));
        if now.len() < before {
            tracing::info!(account = %self.account, "what was wrong is over");
        }
    }

    /// All troubles, those of servers that Discord has lost for a while included.
    pub(crate) fn now(&self, known: &Known) -> Vec<Trouble> {
        let own = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        let of_account = own.iter().cloned().map(Trouble::of_account);
        let out = known.outages().into_iter().map(|chat| Trouble::in_chat(chat.key, TroubleKind::Outage));
        of_account.chain(out).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_stands_until_it_is_over() {
        let (troubles, known) = (Troubles::new("discord".into()), Known::default());
        troubles.is(TroubleKind::Unreachable { why: "refused".into() });
        troubles.is(TroubleKind::Unreachable { why: "no route".into() });
        let unreachable = Trouble::of_account(TroubleKind::Unreachable { why: "no route".into() });
        assert_eq!(troubles.now(&known), [unreachable]);
        troubles.over(|kind| matches!(kind, TroubleKind::Unreachable { .. }));
        assert_eq!(troubles.now(&known), []);
    }
}
