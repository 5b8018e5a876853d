//! What is wrong with the groups of an account, and what was odd on the wire.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use bot_core::chat::{MemberRole, Right, Trouble, TroubleKind};

use crate::chats::Chats;
use crate::keys;

/// What an admin of a group may do and a member may not.
pub(crate) const ADMINS_RIGHTS: [Right; 3] =
    [Right::DeleteMessages, Right::RestrictMembers, Right::PinMessages];

/// What is wrong in groups: the bot is no admin there.
pub(crate) fn of_groups(chats: &Chats) -> Vec<Trouble> {
    let mut all = Vec::new();
    for (group, known) in chats.all() {
        if known.own == Some(Some(MemberRole::Member)) {
            let missing = ADMINS_RIGHTS.into_iter().map(|right| TroubleKind::MissingRight { right });
            all.extend(missing.map(|kind| Trouble::in_chat(keys::group_key(group), kind)));
        }
    }
    all
}

/// So many sorts are told apart: their names come from outside.
const SORTS_MAX: usize = 200;

/// The sorts of odd things that the implementation has sent, so that each is said once.
#[derive(Default)]
pub(crate) struct Oddities(Mutex<HashSet<String>>);

impl Oddities {
    /// Whether something odd of this sort was not seen before. Of more than some hundred sorts none is new.
    pub(crate) fn is_new(&self, what: &str) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.len() < SORTS_MAX && seen.insert(what.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_lacks_what_admins_may() {
        let chats = Chats::default();
        chats.own(7, Some(MemberRole::Member));
        chats.own(8, Some(MemberRole::Admin));
        let told = of_groups(&chats);
        assert!(told.len() == 3 && told.iter().all(|one| one.chat == Some("g7".into())));
    }

    #[test]
    fn an_oddity_is_new_once() {
        let oddities = Oddities::default();
        assert!(oddities.is_new("x") && !oddities.is_new("x") && oddities.is_new("y"));
    }
}
