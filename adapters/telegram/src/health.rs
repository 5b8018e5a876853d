//! What is wrong with the account: kept while it is so, and said in the log once.

use std::sync::{Mutex, PoisonError};

use bot_core::chat::{AccountId, ChatKey, Right, Trouble, TroubleKind};

use crate::chats::{Chats, Sort};

/// The rights that a bot needs in a group for all that it can do.
const WANTED: [Right; 4] = [Right::Write, Right::DeleteMessages, Right::RestrictMembers, Right::PinMessages];

/// The account's troubles. Those of chats are read from what is known of chats.
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

    /// All troubles, those of chats included.
    pub(crate) fn now(&self, chats: &Chats) -> Vec<Trouble> {
        let mut all: Vec<Trouble> = {
            let now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
            now.iter().cloned().map(Trouble::of_account).collect()
        };
        for (chat, known) in chats.all() {
            let key = || ChatKey(chat.to_string());
            let Some(rights) = known.rights.filter(|rights| !rights.is_empty()) else { continue };
            if Sort::of(chat) == Sort::Basic {
                all.push(Trouble::in_chat(key(), TroubleKind::BasicGroup));
            }
            let forum = known.is_forum == Some(true);
            let wanted = WANTED
                .into_iter()
                .chain(forum.then_some(Right::ManageThreads))
                .chain(known.asks_to_join.then_some(Right::InviteMembers));
            let missing = wanted.filter(|right| !rights.contains(right));
            all.extend(missing.map(|right| Trouble::in_chat(key(), TroubleKind::MissingRight { right })));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Member;

    #[test]
    fn trouble_stands_until_it_is_over() {
        let (troubles, chats) = (Troubles::new("tg".into()), Chats::default());
        troubles.is(TroubleKind::Unreachable { why: "refused".into() });
        troubles.is(TroubleKind::Unreachable { why: "no route".into() });
        let unreachable = Trouble::of_account(TroubleKind::Unreachable { why: "no route".into() });
        assert_eq!(troubles.now(&chats), [unreachable]);
        troubles.over(|kind| matches!(kind, TroubleKind::Unreachable { .. }));
        assert_eq!(troubles.now(&chats), []);
    }

    #[test]
    fn rights_that_are_missing_in_a_chat_are_trouble_there() {
        let (troubles, chats) = (Troubles::new("tg".into()), Chats::default());
        let own: Member = serde_json::from_str(
            r#"{"status":"administrator","user":{"id":9},"can_delete_messages":true,"can_restrict_members":true}"#,
        )
        .unwrap();
        chats.bot_became(-1_001_234_567_890, &own);
        chats.bot_became(-55, &own);
        let told: Vec<(String, TroubleKind)> =
            troubles.now(&chats).into_iter().map(|trouble| (trouble.chat.unwrap().0, trouble.kind)).collect();
        let pin = TroubleKind::MissingRight { right: Right::PinMessages };
        assert!(told.contains(&("-1001234567890".into(), pin.clone())));
        assert!(told.contains(&("-55".into(), TroubleKind::BasicGroup)));
        assert_eq!(told.iter().filter(|(_, kind)| *kind == pin).count(), 2);
    }
}
