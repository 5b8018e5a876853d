//! What is wrong with the account: kept while it is so, and said in the log once.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use bot_core::chat::{AccountId, MemberRole, Right, Trouble, TroubleKind};

use crate::chats::Chats;
use crate::keys;

/// What an admin of a group may do and a member may not.
pub(crate) const ADMINS_RIGHTS: [Right; 3] =
    [Right::DeleteMessages, Right::RestrictMembers, Right::PinMessages];

/// The account's troubles. Those of chats are read from what is known of chats.
pub(crate) struct Troubles {
    account: AccountId,
    now: Mutex<Vec<TroubleKind>>,
    oddities: Mutex<HashSet<&'static str>>,
}

impl Troubles {
    pub(crate) fn new(account: AccountId) -> Self {
        Self { account, now: Mutex::default(), oddities: Mutex::default() }
    }

    /// Something is wrong. Said once, until it is over.
    pub(crate) fn is(&self, kind: TroubleKind) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
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

    /// Whether something odd of this kind was not seen before.
    pub(crate) fn is_new_oddity(&self, what: &'static str) -> bool {
        self.oddities.lock().unwrap_or_else(PoisonError::into_inner).insert(what)
    }

    /// All troubles, those of chats included.
    pub(crate) fn now(&self, chats: &Chats) -> Vec<Trouble> {
        let mut all: Vec<Trouble> = {
            let now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
            now.iter().cloned().map(Trouble::of_account).collect()
        };
        for (group, known) in chats.all() {
            if known.own == Some(Some(MemberRole::Member)) {
                let missing = ADMINS_RIGHTS.into_iter().map(|right| TroubleKind::MissingRight { right });
                all.extend(missing.map(|kind| Trouble::in_chat(keys::group_key(group), kind)));
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_stands_until_it_is_over_and_a_member_lacks_what_admins_may() {
        let (troubles, chats) = (Troubles::new("qq".into()), Chats::default());
        troubles.is(TroubleKind::Unreachable { why: "refused".into() });
        troubles.is(TroubleKind::Unreachable { why: "no route".into() });
        assert_eq!(troubles.now(&chats).len(), 1);
        troubles.over(|kind| matches!(kind, TroubleKind::Unreachable { .. }));
        assert_eq!(troubles.now(&chats), []);
        chats.own(7, Some(MemberRole::Member));
        chats.own(8, Some(MemberRole::Admin));
        let told = troubles.now(&chats);
        assert!(told.len() == 3 && told.iter().all(|one| one.chat == Some("g7".into())));
        assert!(troubles.is_new_oddity("x") && !troubles.is_new_oddity("x"));
    }
}
