//! Who is who on the sandbox: merchants, staff, and the groups that matter to the hall.

use std::collections::HashMap;

use bot_core::chat::{ChatKey, ChatKind, Lang, UserKey, clean_display_name};
use bot_core::directory::{Chat, Purpose};
use bot_core::roster::{Permission, Role, Staff};
use bot_core::store::{StoreError, chat};
use guildhall_sandbox::{UserView, World};

use crate::state::Console;

/// Everybody and every group, with what they are to the hall.
pub(super) struct Cast {
    pub(super) users: Vec<UserView>,
    /// Groups with their titles, communities first, then the rest, the staff chats last.
    pub(super) groups: Vec<(ChatKey, String)>,
    /// Community groups with their languages.
    communities: Vec<(ChatKey, Option<Lang>)>,
    pub(super) staff_chats: Vec<ChatKey>,
    staff: HashMap<UserKey, Staff>,
}

impl Cast {
    /// Asks the world who is there, and the hall what they are to it.
    pub(super) async fn of(console: &Console, world: &World) -> Result<Self, StoreError> {
        let mut tx = console.hall.db.read().await?;
        let ours = |chats: Vec<Chat>| {
            let ours = chats.into_iter().filter(|chat| chat.account == *world.account());
            ours.filter_map(|chat| Some((chat.key?, chat.lang))).collect::<Vec<_>>()
        };
        let communities = ours(chat::by_purpose(&mut tx, Purpose::Community).await?);
        let staff_chats = ours(chat::by_purpose(&mut tx, Purpose::Staff).await?);
        let staff_chats: Vec<ChatKey> = staff_chats.into_iter().map(|(key, _)| key).collect();
        let mut staff = HashMap::new();
        let roster = console.hall.roster.load_full();
        for one in roster.all() {
            let Some(person) = &one.person else { continue };
            for user in chat::users_of(&mut tx, person).await? {
                if user.account == *world.account() {
                    staff.insert(user.key, one.clone());
                }
            }
        }
        // Communities in the order in which they were met, then what is neither, then staff chats.
        let rank = |key: &ChatKey| {
            let at = communities.iter().position(|(community, _)| community == key);
            at.unwrap_or(if staff_chats.contains(key) { usize::MAX } else { usize::MAX - 1 })
        };
        let is_group = |kind| kind != ChatKind::Direct;
        let mut groups: Vec<(ChatKey, String)> = world
            .chats(None)
            .into_iter()
            .filter(|chat| is_group(chat.kind))
            .map(|chat| (chat.key, clean_display_name(&chat.title, "?")))
            .collect();
        groups.sort_by_key(|(key, _)| rank(key));
        let mut users = world.users();
        users.retain(|user| !user.info.is_bot);
        users.sort_by_key(|user| user.info.name.clone());
        Ok(Self { users, groups, communities, staff_chats, staff })
    }

    pub(super) fn user(&self, key: &UserKey) -> Option<&UserView> {
        self.users.iter().find(|user| user.info.key == *key)
    }

    pub(super) fn staff(&self, key: &UserKey) -> Option<&Staff> {
        self.staff.get(key)
    }

    /// The name as it is shown, cleaned of what would upset a page.
    pub(super) fn name(&self, key: &UserKey) -> String {
        self.user(key).map_or_else(|| key.to_string(), name_of)
    }

    /// A community group of a language, or the first, or any group that is no staff chat.
    pub(super) fn community_for(&self, lang: Lang) -> Option<&ChatKey> {
        let is_community = |key: &ChatKey, lang: Option<Lang>| {
            self.communities.iter().any(|(own, own_lang)| own == key && (lang.is_none() || *own_lang == lang))
        };
        let find = |wanted: &dyn Fn(&ChatKey) -> bool| {
            self.groups.iter().map(|(key, _)| key).find(|key| wanted(key))
        };
        find(&|key| is_community(key, Some(lang)))
            .or_else(|| find(&|key| is_community(key, None)))
            .or_else(|| find(&|key| !self.staff_chats.contains(key)))
    }

    /// Merchants who are in a group: those of the language first, and of them those in few groups, for
    /// newcomers ask most.
    pub(super) fn merchants_in(&self, group: &ChatKey, lang: Lang) -> Vec<&UserView> {
        let mut found: Vec<&UserView> = self
            .users
            .iter()
            .filter(|user| user.groups.contains(group) && !self.staff.contains_key(&user.info.key))
            .collect();
        found.sort_by_key(|user| (!speaks(user, lang), user.groups.len()));
        found
    }

    /// A staff member on this platform of a role, one of the language if there is one; else anybody who may do
    /// the role's work.
    pub(super) fn staff_for(&self, role: Role, work: Permission, lang: Lang) -> Option<&UserView> {
        let may = |user: &&UserView| self.staff(&user.info.key).is_some_and(|staff| staff.may(work));
        let lacks_role =
            |user: &UserView| self.staff(&user.info.key).is_none_or(|staff| !staff.roles.contains(&role));
        self.users.iter().filter(may).min_by_key(|user| (lacks_role(user), !speaks(user, lang)))
    }
}

fn speaks(user: &UserView, lang: Lang) -> bool {
    user.info.language.as_deref().and_then(Lang::from_tag) == Some(lang)
}

/// The name as it is shown.
pub(super) fn name_of(user: &UserView) -> String {
    clean_display_name(&user.info.name, user.info.key.as_str())
}
