//! The groups that show the tiers and shops of their members, and what each member carries there by our doing.

use sqlx::FromRow;

use super::people::Tier;
use super::{StoreError, Tx, execute, on};
use crate::chat::UserKey;
use crate::ids::{ChatId, PersonId, StaffId, UserId};

/// What a group shows of its members.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shows {
    /// The tier, as a badge.
    pub badge: bool,
    /// The shop, in the nick.
    pub nick: bool,
}

impl Shows {
    /// All that can be shown.
    pub const ALL: [Self; 4] = [
        Self { badge: false, nick: false },
        Self { badge: true, nick: false },
        Self { badge: false, nick: true },
        Self { badge: true, nick: true },
    ];

    /// The word typed and traced.
    pub fn word(self) -> &'static str {
        match (self.badge, self.nick) {
            (true, true) => "both",
            (true, false) => "tier",
            (false, true) => "shop",
            (false, false) => "off",
        }
    }

    /// What a word means.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shows| shows.word() == word)
    }
}

/// What a group shows of its members, as somebody said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierGroup {
    /// Which.
    pub chat: ChatId,
    /// What.
    pub shows: Shows,
    /// Who said so.
    pub by_staff: StaffId,
    /// When staff were last told that something was refused there, unix milliseconds.
    pub told_at_ms: Option<i64>,
    /// Since when, unix milliseconds.
    pub at_ms: i64,
}

/// What somebody carries in a group by our doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// The badge.
    pub badge: Option<String>,
    /// The nick.
    pub nick: Option<String>,
    /// What they were called before the nick.
    pub own_name: Option<String>,
}

/// Somebody in a group who speaks for a merchant, or carries something there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierMember {
    /// Who.
    pub user: UserId,
    /// The platform's key.
    pub key: UserKey,
    /// What the platform calls them.
    pub name: String,
    /// The shop of the highest tier that they speak for, with its tier.
    pub shop: Option<(String, Tier)>,
    /// What they carry.
    pub carried: Carried,
}

#[derive(FromRow)]
struct GroupRow {
    chat: ChatId,
    badge: bool,
    nick: bool,
    by_staff: StaffId,
    told_at_ms: Option<i64>,
    at_ms: i64,
}

#[derive(FromRow)]
struct MemberRow {
    chat_user: UserId,
    platform_key: UserKey,
    name: String,
    shop: Option<String>,
    tier: Option<String>,
    badge: Option<String>,
    nick: Option<String>,
    own_name: Option<String>,
}

const PUT_GROUP: &str = "INSERT INTO tier_group (chat, badge, nick, by_staff, told_at_ms, at_ms) VALUES ($1, $2, $3, $4, $5, $6) \
    ON CONFLICT (chat) DO UPDATE SET badge = excluded.badge, nick = excluded.nick, by_staff = excluded.by_staff, \
    told_at_ms = excluded.told_at_ms, at_ms = excluded.at_ms";
const GROUPS: &str = "SELECT chat, badge, nick, by_staff, told_at_ms, at_ms FROM tier_group ORDER BY chat";
// One row for each shop of a member; a member without one who carries something has one row without.
const MEMBERS: &str = "SELECT u.id AS chat_user, u.platform_key, u.name, s.name AS shop, s.tier, t.badge, t.nick, t.own_name \
    FROM chat_member m JOIN chat_user u ON u.id = m.chat_user \
    LEFT JOIN contact c ON c.person = u.person LEFT JOIN merchant s ON s.id = c.merchant \
    LEFT JOIN tier_member t ON t.chat = m.chat AND t.chat_user = m.chat_user \
    WHERE m.chat = $1 AND (CAST($2 AS TEXT) IS NULL OR u.person = $2) AND NOT u.is_bot AND (s.id IS NOT NULL OR t.chat IS NOT NULL) \
    ORDER BY u.id, s.id";
const PUT_MEMBER: &str = "INSERT INTO tier_member (chat, chat_user, badge, nick, own_name) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (chat, chat_user) DO UPDATE SET badge = excluded.badge, nick = excluded.nick, own_name = excluded.own_name";
const REMOVE_MEMBER: &str = "DELETE FROM tier_member WHERE chat = $1 AND chat_user = $2";
const FORGET_BADGE: &str = "UPDATE tier_member SET badge = NULL WHERE chat = $1 AND chat_user = $2";
const FORGET_NICK: &str =
    "UPDATE tier_member SET nick = NULL, own_name = NULL WHERE chat = $1 AND chat_user = $2";

/// Keeps what a group shows.
///
/// # Errors
/// When the database fails.
pub async fn put_group(tx: &mut Tx, group: &TierGroup) -> Result<(), StoreError> {
    execute!(
        tx,
        sqlx::query(PUT_GROUP)
            .bind(&group.chat)
            .bind(group.shows.badge)
            .bind(group.shows.nick)
            .bind(&group.by_staff)
            .bind(group.told_at_ms)
            .bind(group.at_ms)
    )
    .map(|_| ())
}

/// Every group of which somebody ever said what it shows. There are few.
///
/// # Errors
/// When the database fails.
pub async fn groups(tx: &mut Tx) -> Result<Vec<TierGroup>, StoreError> {
    let rows: Vec<GroupRow> = on!(tx, |c| sqlx::query_as(GROUPS).fetch_all(c))?;
    let group = |row: GroupRow| TierGroup {
        chat: row.chat,
        shows: Shows { badge: row.badge, nick: row.nick },
        by_staff: row.by_staff,
        told_at_ms: row.told_at_ms,
        at_ms: row.at_ms,
    };
    Ok(rows.into_iter().map(group).collect())
}

/// The members of a group who speak for a merchant or carry something; only those who are `person`, with it.
///
/// # Errors
/// When the database fails.
pub async fn members(
    tx: &mut Tx,
    chat: &ChatId,
    person: Option<&PersonId>,
) -> Result<Vec<TierMember>, StoreError> {
    let rows: Vec<MemberRow> = on!(tx, |c| sqlx::query_as(MEMBERS).bind(chat).bind(person).fetch_all(c))?;
    let mut members: Vec<TierMember> = Vec::new();
    for row in rows {
        let tier = row
            .tier
            .as_deref()
            .map(|word| Tier::from_word(word).ok_or_else(|| StoreError::unreadable("tier", word)));
        let shop = row.shop.zip(tier.transpose()?);
        match members.last_mut().filter(|last| last.user == row.chat_user) {
            Some(last) => {
                let higher =
                    |(_, tier): &(String, Tier)| last.shop.as_ref().is_none_or(|(_, held)| tier > held);
                if let Some(shop) = shop.filter(higher) {
                    last.shop = Some(shop);
                }
            }
            None => members.push(TierMember {
                user: row.chat_user,
                key: row.platform_key,
                name: row.name,
                shop,
                carried: Carried { badge: row.badge, nick: row.nick, own_name: row.own_name },
            }),
        }
    }
    Ok(members)
}

/// Keeps what somebody carries in a group; nothing is kept of who carries nothing.
///
/// # Errors
/// When the database fails.
pub async fn put_member(
    tx: &mut Tx,
    chat: &ChatId,
    user: &UserId,
    carried: &Carried,
) -> Result<(), StoreError> {
    if *carried == Carried::default() {
        return execute!(tx, sqlx::query(REMOVE_MEMBER).bind(chat).bind(user)).map(|_| ());
    }
    execute!(
        tx,
        sqlx::query(PUT_MEMBER)
            .bind(chat)
            .bind(user)
            .bind(&carried.badge)
            .bind(&carried.nick)
            .bind(&carried.own_name)
    )
    .map(|_| ())
}

/// The badge that somebody was to carry was refused.
///
/// # Errors
/// When the database fails.
pub async fn forget_badge(tx: &mut Tx, chat: &ChatId, user: &UserId) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(FORGET_BADGE).bind(chat).bind(user)).map(|_| ())
}

/// The nick that somebody was to carry was refused.
///
/// # Errors
/// When the database fails.
pub async fn forget_nick(tx: &mut Tx, chat: &ChatId, user: &UserId) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(FORGET_NICK).bind(chat).bind(user)).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::MemberRole;
    use crate::roster::Staff;
    use crate::store::chat;
    use crate::store::people::{self, Contact, ContactRole, Merchant};
    use crate::store::testing::{group, on_both, user};

    async fn shop(tx: &mut Tx, name: &str, tier: Tier, person: &PersonId) {
        let merchant = Merchant {
            id: name.into(),
            name: name.into(),
            category: "food".into(),
            tier,
            tags: Default::default(),
            created_at_ms: 0,
        };
        people::add_merchant(tx, &merchant).await.unwrap();
        let contact = Contact {
            id: name.into(),
            merchant: merchant.id,
            person: person.clone(),
            role: ContactRole::Admin,
        };
        people::put_contact(tx, &contact).await.unwrap();
    }

    #[test]
    fn what_a_group_shows_is_kept() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            let chat = group(&mut tx, "sandbox", "market").await.id;
            let by = Staff { id: "s1".into(), name: "Chen".into(), person: None, roles: Default::default() };
            people::add_staff(&mut tx, &by, 0).await.unwrap();
            let shows = Shows { badge: true, nick: false };
            let mut group = TierGroup { chat, shows, by_staff: by.id, told_at_ms: None, at_ms: 5 };
            put_group(&mut tx, &group).await.unwrap();
            group.shows.nick = true;
            group.told_at_ms = Some(9);
            put_group(&mut tx, &group).await.unwrap();
            assert_eq!(groups(&mut tx).await.unwrap(), [group]);
        });
    }

    #[test]
    fn members_come_with_their_highest_shop_and_what_they_carry() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            let market = group(&mut tx, "sandbox", "market").await.id;
            let other = group(&mut tx, "sandbox", "tea").await.id;
            let mut there = Vec::new();
            for name in ["Lin", "Mei", "Tom", "Far"] {
                let user = user(&mut tx, "sandbox", name).await;
                let chat = if name == "Far" { &other } else { &market };
                chat::set_member(&mut tx, chat, &user.id, MemberRole::Member, 0).await.unwrap();
                there.push(user);
            }
            shop(&mut tx, "Pier", Tier::Heart, &there[0].person).await;
            shop(&mut tx, "Silk", Tier::Crown, &there[0].person).await;
            shop(&mut tx, "Far", Tier::Crown, &there[3].person).await;
            let carried = Carried {
                badge: Some("crown".into()),
                nick: Some("Old · Mei".into()),
                own_name: Some("Mei".into()),
            };
            put_member(&mut tx, &market, &there[1].id, &carried).await.unwrap();
            let found = members(&mut tx, &market, None).await.unwrap();
            let said: Vec<_> =
                found.iter().map(|one| (one.name.as_str(), one.shop.clone(), one.carried.clone())).collect();
            let mut expected = [
                ("Lin", Some(("Silk".to_owned(), Tier::Crown)), Carried::default()),
                ("Mei", None, carried.clone()),
            ];
            expected
                .sort_by_key(|(name, ..)| there.iter().find(|user| user.name == *name).unwrap().id.clone());
            assert_eq!(said, expected, "who neither speaks for a shop nor carries anything is left out");
            let only = members(&mut tx, &market, Some(&there[0].person)).await.unwrap();
            assert_eq!(only.len(), 1);

            forget_badge(&mut tx, &market, &there[1].id).await.unwrap();
            let left = members(&mut tx, &market, Some(&there[1].person)).await.unwrap();
            assert_eq!(left[0].carried, Carried { badge: None, ..carried });
            forget_nick(&mut tx, &market, &there[1].id).await.unwrap();
            put_member(&mut tx, &market, &there[1].id, &Carried::default()).await.unwrap();
            assert_eq!(members(&mut tx, &market, Some(&there[1].person)).await.unwrap(), []);
            assert!(chat::get(&mut tx, &market).await.unwrap().is_some());
        });
    }
}
