//! What was typed into the form of an announcement and cannot be taken in yet.

use super::{StoreError, Tx, execute, json, on};
use crate::features::announcement::Typed;
use crate::ids::AnnouncementNo;

/// What is said of rows that cannot be read.
const WHAT: &str = "composer";

const GET: &str = "SELECT typed FROM composer WHERE no = $1 AND version = $2";
const PUT: &str = "INSERT INTO composer (no, version, typed) VALUES ($1, $2, $3) \
    ON CONFLICT (no) DO UPDATE SET version = excluded.version, typed = excluded.typed";
const DROP: &str = "DELETE FROM composer WHERE no = $1";

/// What was typed into the form of this version of an announcement, if something of it is not in the announcement.
///
/// # Errors
/// When the database fails.
pub async fn get(tx: &mut Tx, no: AnnouncementNo, version: i64) -> Result<Option<Typed>, StoreError> {
    let typed: Option<String> =
        on!(tx, |c| sqlx::query_scalar(GET).bind(no).bind(version).fetch_optional(c))?;
    json::read_some(WHAT, typed.as_deref())
}

/// Keeps what was typed, in place of what was before.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, no: AnnouncementNo, version: i64, typed: &Typed) -> Result<(), StoreError> {
    let typed = json::kept(WHAT, typed)?;
    execute!(tx, sqlx::query(PUT).bind(no).bind(version).bind(&typed)).map(|_| ())
}

/// Forgets what was typed: all of it is in the announcement.
///
/// # Errors
/// When the database fails.
pub async fn forget(tx: &mut Tx, no: AnnouncementNo) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(DROP).bind(no)).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::announcement::{NewAnnouncement, create};
    use crate::ids::StaffId;
    use crate::roster::{Role, Staff};
    use crate::store::people;
    use crate::store::testing::on_both;

    #[test]
    fn what_was_typed_is_kept_for_one_version_of_a_draft() {
        on_both(|hall| async move {
            let mut work = hall.begin().await.unwrap();
            let by = StaffId::from("ops");
            let staff = Staff { id: by.clone(), name: "Ops".into(), person: None, roles: [Role::Ops].into() };
            people::add_staff(work.tx().await.unwrap(), &staff, 1).await.unwrap();
            let no = create(&mut work, NewAnnouncement::default(), &by).await.unwrap().no;
            let tx = work.tx().await.unwrap();
            let typed = |audience: &str| Typed { audience: audience.into(), ..Typed::default() };
            assert_eq!(get(tx, no, 1).await.unwrap(), None);
            put(tx, no, 1, &typed("group Nowhere\0")).await.unwrap();
            put(tx, no, 1, &typed("group Elsewhere\0")).await.unwrap();
            let found = get(tx, no, 1).await.unwrap().unwrap();
            assert_eq!(found.audience, "group Elsewhere\u{FFFD}", "as every text is kept");
            assert_eq!(get(tx, no, 2).await.unwrap(), None, "the draft has moved on");
            forget(tx, no).await.unwrap();
            assert_eq!(get(tx, no, 1).await.unwrap(), None);
        });
    }
}
