//! What is wrong with an account, as its adapter sees it: kept while it is so, and said in the log once.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{AccountId, Trouble, TroubleKind};

/// What is wrong with an account as a whole. What is wrong with its chats, the adapter knows.
pub struct Troubles {
    account: AccountId,
    kinds: Mutex<Vec<TroubleKind>>,
}

impl Troubles {
    /// Nothing is wrong with `account` yet.
    pub fn new(account: AccountId) -> Self {
        Self { account, kinds: Mutex::default() }
    }

    /// Something is wrong. It is said once, until it is over, even when its details change meanwhile: the network has
    /// other words from try to try.
    pub fn is(&self, kind: TroubleKind) {
        let mut kinds = self.kinds();
        let same = |other: &TroubleKind| std::mem::discriminant(other) == std::mem::discriminant(&kind);
        if !kinds.iter().any(same) {
            tracing::warn!(account = %self.account, "{kind}");
        }
        kinds.retain(|other| !same(other));
        kinds.push(kind);
    }

    /// All that `over` names is over.
    pub fn over(&self, over: impl Fn(&TroubleKind) -> bool) {
        let mut kinds = self.kinds();
        let before = kinds.len();
        kinds.retain(|kind| !over(kind));
        if kinds.len() < before {
            tracing::info!(account = %self.account, "what was wrong is over");
        }
    }

    /// What is wrong now, in the order in which it was noticed last.
    pub fn now(&self) -> Vec<Trouble> {
        self.kinds().iter().cloned().map(Trouble::of_account).collect()
    }

    fn kinds(&self) -> MutexGuard<'_, Vec<TroubleKind>> {
        self.kinds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trouble_stands_with_its_newest_words_until_it_is_over() {
        let troubles = Troubles::new("telegram".into());
        troubles.is(TroubleKind::Unreachable { why: "refused".into() });
        troubles.is(TroubleKind::WrongToken);
        troubles.is(TroubleKind::Unreachable { why: "no route".into() });
        let unreachable = TroubleKind::Unreachable { why: "no route".into() };
        assert_eq!(troubles.now(), [TroubleKind::WrongToken, unreachable].map(Trouble::of_account));
        troubles.over(|kind| matches!(kind, TroubleKind::Unreachable { .. }));
        assert_eq!(troubles.now(), [Trouble::of_account(TroubleKind::WrongToken)]);
    }
}
