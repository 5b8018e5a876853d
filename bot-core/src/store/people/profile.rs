//! What is known of a merchant beside its own row: who speaks for it, where they are, what reached them.

use sqlx::FromRow;

use super::contact::ContactRole;
use crate::chat::AccountId;
use crate::features::delivery::CopyState;
use crate::features::wording::Wording;
use crate::ids::{AnnouncementNo, ChatId, MerchantId, PersonId};
use crate::store::{StoreError, Tx, json, on};

/// An identity of somebody who speaks for a merchant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Whose.
    pub person: PersonId,
    /// As what they speak for it.
    pub role: ContactRole,
    /// The name there; `None` for somebody without any identity.
    pub name: Option<String>,
    /// The handle, without `@`.
    pub username: Option<String>,
    /// The account that knows them.
    pub account: Option<AccountId>,
}

/// A group in which somebody is who speaks for a merchant.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct InGroup {
    /// Which.
    pub chat: ChatId,
    /// Its title.
    pub title: String,
    /// The account that serves it.
    pub account: AccountId,
    /// Who of them is in it: one of them, by name.
    pub name: String,
    /// How many of their identities are in it.
    pub members: i64,
}

/// A copy of an announcement for somebody who speaks for a merchant, or for a group in which they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Which announcement.
    pub no: AnnouncementNo,
    /// What it says.
    pub wording: Wording,
    /// Whose copy: the person's or the group's name.
    pub name: String,
    /// How far it has come.
    pub state: CopyState,
    /// When it was sent, unix milliseconds.
    pub sent_at_ms: Option<i64>,
}

#[derive(FromRow)]
struct IdentityRow {
    person: PersonId,
    role: String,
    name: Option<String>,
    username: Option<String>,
    account: Option<AccountId>,
}

#[derive(FromRow)]
struct ReceivedRow {
    no: AnnouncementNo,
    wording: String,
    name: String,
    state: String,
    sent_at_ms: Option<i64>,
}

const IDENTITIES: &str = "SELECT k.person, k.role, u.name, u.username, u.account FROM contact k \
    LEFT JOIN chat_user u ON u.person = k.person WHERE k.merchant = $1 ORDER BY k.id, u.id";
const GROUPS: &str = "SELECT c.id AS chat, c.title, c.account, min(u.name) AS name, count(*) AS members FROM contact k \
    JOIN chat_user u ON u.person = k.person JOIN chat_member m ON m.chat_user = u.id JOIN chat c ON c.id = m.chat \
    WHERE k.merchant = $1 AND c.kind <> 'direct' GROUP BY c.id, c.title, c.account ORDER BY c.id LIMIT $2";
// Copies are found by push and recipient; only the last announcements are looked through.
const RECEIVED: &str = "SELECT a.no, a.wording, d.name, d.state, d.sent_at_ms FROM \
    (SELECT no, wording FROM announcement WHERE started_at_ms IS NOT NULL ORDER BY no DESC LIMIT $2) a \
    JOIN delivery d ON d.push = 'A-' || a.no AND d.recipient IN (SELECT k.person FROM contact k WHERE k.merchant = $1 \
    UNION SELECT m.chat FROM contact k JOIN chat_user u ON u.person = k.person JOIN chat_member m ON m.chat_user = u.id WHERE k.merchant = $1) \
    ORDER BY a.no DESC, d.recipient LIMIT $3";

/// The identities of all who speak for a merchant, oldest contact first.
///
/// # Errors
/// When the database fails.
pub async fn identities(tx: &mut Tx, merchant: &MerchantId) -> Result<Vec<Identity>, StoreError> {
    let rows: Vec<IdentityRow> = on!(tx, |c| sqlx::query_as(IDENTITIES).bind(merchant).fetch_all(c))?;
    let identity = |row: IdentityRow| {
        Ok(Identity {
            role: ContactRole::from_word(&row.role)
                .ok_or_else(|| StoreError::unreadable("contact role", &row.role))?,
            person: row.person,
            name: row.name,
            username: row.username,
            account: row.account,
        })
    };
    rows.into_iter().map(identity).collect()
}

/// The groups in which somebody is who speaks for a merchant, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn groups_of_merchant(
    tx: &mut Tx,
    merchant: &MerchantId,
    limit: i64,
) -> Result<Vec<InGroup>, StoreError> {
    on!(tx, |c| sqlx::query_as(GROUPS).bind(merchant).bind(limit).fetch_all(c))
}

/// What of the last `announcements` was meant for those who speak for a merchant or for groups in which they are, latest
/// first, at most `limit` copies.
///
/// # Errors
/// When the database fails.
pub async fn received(
    tx: &mut Tx,
    merchant: &MerchantId,
    announcements: i64,
    limit: i64,
) -> Result<Vec<Received>, StoreError> {
    let rows: Vec<ReceivedRow> =
        on!(tx, |c| sqlx::query_as(RECEIVED).bind(merchant).bind(announcements).bind(limit).fetch_all(c))?;
    let received = |row: ReceivedRow| {
        Ok(Received {
            state: CopyState::from_word(&row.state)
                .ok_or_else(|| StoreError::unreadable("copy state", &row.state))?,
            wording: json::read("announcement", &row.wording)?,
            no: row.no,
            name: row.name,
            sent_at_ms: row.sent_at_ms,
        })
    };
    rows.into_iter().map(received).collect()
}

#[cfg(test)]
mod tests {
    use super::super::merchant::tests::shop;
    use super::*;
    use crate::chat::{MemberRole, UserInfo};
    use crate::directory::Purpose;
    use crate::features::announcement::{NewAnnouncement, create, send_now};
    use crate::features::segment::Audience;
    use crate::ids::StaffId;
    use crate::roster::{Role, Staff};
    use crate::store::people::{Contact, Tier, add_merchant, add_staff, put_contact};
    use crate::store::testing::{START_MS, group, on_both, person};
    use crate::store::{Tx, chat};

    async fn merchant_in_group(hall: &crate::hall::Hall, tx: &mut Tx) {
        add_merchant(tx, &shop("M", "Silk", Tier::Crown, &[])).await.unwrap();
        let info = UserInfo {
            key: "lin".into(),
            name: "Lin".into(),
            username: Some("lin".into()),
            language: None,
            is_bot: false,
        };
        let ids = (hall.ids.next(), hall.ids.next());
        let lin = chat::meet_user(tx, &"sandbox".into(), &info, (&ids.0, &ids.1), START_MS).await.unwrap();
        let nobody = person(tx, "nobody").await;
        for (id, who) in [("a", &lin.person), ("b", &nobody)] {
            let role = ContactRole::Admin;
            let contact = Contact { id: id.into(), merchant: "M".into(), person: who.clone(), role };
            put_contact(tx, &contact).await.unwrap();
        }
        for (title, is_in) in [("Sellers", true), ("Others", false)] {
            let chat = group(tx, "sandbox", title).await;
            chat::set_purpose(tx, &chat.id, Purpose::Community, None).await.unwrap();
            if is_in {
                chat::set_member(tx, &chat.id, &lin.id, MemberRole::Member, START_MS).await.unwrap();
            }
        }
    }

    #[test]
    fn a_merchant_is_known_by_its_people_their_groups_and_what_reached_them() {
        on_both(|hall| async move {
            let mut work = hall.begin().await.unwrap();
            merchant_in_group(&hall, work.tx().await.unwrap()).await;
            let by = StaffId::from("ops");
            let staff = Staff { id: by.clone(), name: "Ops".into(), person: None, roles: [Role::Ops].into() };
            add_staff(work.tx().await.unwrap(), &staff, 1).await.unwrap();
            for title in ["First", "Second", "Third"] {
                let wording = Wording::typed(Some(title), None, Some("words"));
                let audience = Some(Audience::all_groups());
                let new = NewAnnouncement { wording, audience, ..NewAnnouncement::default() };
                let no = create(&mut work, new, &by).await.unwrap().no;
                if title != "Third" {
                    send_now(&mut work, no, &by).await.unwrap();
                }
            }
            let tx = work.tx().await.unwrap();
            let found = identities(tx, &"M".into()).await.unwrap();
            let names: Vec<_> =
                found.iter().map(|one| (one.name.as_deref(), one.username.as_deref())).collect();
            assert_eq!(names, [(Some("Lin"), Some("lin")), (Some("nobody"), Some("nobody"))]);
            let groups = groups_of_merchant(tx, &"M".into(), 9).await.unwrap();
            assert_eq!(groups.len(), 1);
            assert_eq!(
                (groups[0].title.as_str(), groups[0].name.as_str(), groups[0].members),
                ("Sellers", "Lin", 1)
            );
            let got = received(tx, &"M".into(), 9, 9).await.unwrap();
            let got: Vec<_> = got.iter().map(|one| (one.no.0, one.name.as_str())).collect();
            assert_eq!(got, [(2, "Sellers"), (1, "Sellers")], "not the draft, nor the other group's copy");
            assert_eq!(received(tx, &"M".into(), 1, 9).await.unwrap().len(), 1);
            assert_eq!(identities(tx, &"N".into()).await.unwrap(), []);
        });
    }
}
