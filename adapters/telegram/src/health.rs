//! What is wrong with the groups of an account.

use bot_core::chat::{ChatKey, Right, Trouble, TroubleKind};

use crate::chats::{Chats, Sort};

/// The rights that a bot needs in a group for all that it can do.
const WANTED: [Right; 4] = [Right::Write, Right::DeleteMessages, Right::RestrictMembers, Right::PinMessages];

/// What is wrong in groups: rights that are missing, and groups of a sort that can do little.
pub(crate) fn of_groups(chats: &Chats) -> Vec<Trouble> {
    let mut all = Vec::new();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Member;

    #[test]
    fn rights_that_are_missing_in_a_chat_are_trouble_there() {
        let chats = Chats::default();
        let own: Member = serde_json::from_str(
            r#"{"status":"administrator","user":{"id":9},"can_delete_messages":true,"can_restrict_members":true}"#,
        )
        .unwrap();
        chats.bot_became(-1_001_234_567_890, &own);
        chats.bot_became(-55, &own);
        let told: Vec<(String, TroubleKind)> =
            of_groups(&chats).into_iter().map(|trouble| (trouble.chat.unwrap().0, trouble.kind)).collect();
        let pin = TroubleKind::MissingRight { right: Right::PinMessages };
        assert!(told.contains(&("-1001234567890".into(), pin.clone())));
        assert!(told.contains(&("-55".into(), TroubleKind::BasicGroup)));
        assert_eq!(told.iter().filter(|(_, kind)| *kind == pin).count(), 2);
    }
}
