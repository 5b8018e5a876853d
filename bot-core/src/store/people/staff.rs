//! Who works here, as what, and which human they are.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{PersonId, StaffId};
use crate::roster::{Role, Staff};
use crate::store::{StoreError, Tx, execute, on};

const STAFF: &str = "SELECT s.id, s.name, s.person, r.role FROM staff s LEFT JOIN staff_role r ON r.staff = s.id \
    WHERE s.left_at_ms IS NULL ORDER BY s.id, r.role";
const ADD_STAFF: &str = "INSERT INTO staff (id, name, person, created_at_ms) VALUES ($1, $2, $3, $4)";
const ADD_ROLE: &str = "INSERT INTO staff_role (staff, role) VALUES ($1, $2) ON CONFLICT DO NOTHING";
const DROP_ROLES: &str = "DELETE FROM staff_role WHERE staff = $1";
const RENAME: &str = "UPDATE staff SET name = $2 WHERE id = $1 AND left_at_ms IS NULL";
const SET_PERSON: &str = "UPDATE staff SET person = $2 WHERE id = $1 AND left_at_ms IS NULL";
const DISMISS: &str = "UPDATE staff SET left_at_ms = $2, person = NULL WHERE id = $1 AND left_at_ms IS NULL";

/// Everybody who works here.
///
/// # Errors
/// When the database fails.
pub async fn all_staff(tx: &mut Tx) -> Result<Vec<Staff>, StoreError> {
    let rows: Vec<(StaffId, String, Option<PersonId>, Option<String>)> =
        on!(tx, |c| sqlx::query_as(STAFF).fetch_all(c))?;
    let mut staff: BTreeMap<StaffId, Staff> = BTreeMap::new();
    for (id, name, person, role) in rows {
        let one =
            staff.entry(id.clone()).or_insert_with(|| Staff { id, name, person, roles: BTreeSet::new() });
        one.roles.extend(role.as_deref().and_then(Role::from_word));
    }
    Ok(staff.into_values().collect())
}

/// Adds a staff member with their roles. Say `roster_changed` afterwards.
///
/// # Errors
/// When the database fails, or the person is staff already.
pub async fn add_staff(tx: &mut Tx, staff: &Staff, now_ms: i64) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(ADD_STAFF).bind(&staff.id).bind(&staff.name).bind(&staff.person).bind(now_ms))?;
    add_roles(tx, &staff.id, &staff.roles).await
}

/// Gives a staff member these roles and no others. Say `roster_changed` afterwards.
///
/// # Errors
/// When the database fails.
pub async fn set_roles(tx: &mut Tx, staff: &StaffId, roles: &BTreeSet<Role>) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(DROP_ROLES).bind(staff))?;
    add_roles(tx, staff, roles).await
}

async fn add_roles(tx: &mut Tx, staff: &StaffId, roles: &BTreeSet<Role>) -> Result<(), StoreError> {
    for role in roles {
        execute!(tx, sqlx::query(ADD_ROLE).bind(staff).bind(role.word()))?;
    }
    Ok(())
}

/// Gives a staff member another name. False when they do not work here. Say `roster_changed` afterwards.
///
/// # Errors
/// When the database fails.
pub async fn rename_staff(tx: &mut Tx, staff: &StaffId, name: &str) -> Result<bool, StoreError> {
    Ok(execute!(tx, sqlx::query(RENAME).bind(staff).bind(name))? == 1)
}

/// Says which human a staff member is, or that it is not known. False when they do not work here. Say
/// `roster_changed` afterwards.
///
/// # Errors
/// When the database fails, or the person is another staff member.
pub async fn set_staff_person(
    tx: &mut Tx,
    staff: &StaffId,
    person: Option<&PersonId>,
) -> Result<bool, StoreError> {
    Ok(execute!(tx, sqlx::query(SET_PERSON).bind(staff).bind(person))? == 1)
}

/// Ends somebody's work here: they lose their rights, their identity is free for another account, and what
/// they did stays theirs. False when they do not work here. Say `roster_changed` afterwards.
///
/// # Errors
/// When the database fails.
pub async fn dismiss_staff(tx: &mut Tx, staff: &StaffId, now_ms: i64) -> Result<bool, StoreError> {
    super::drop_codes_of(tx, &super::CodeOwner::Staff(staff.clone())).await?;
    Ok(execute!(tx, sqlx::query(DISMISS).bind(staff).bind(now_ms))? == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{on_both, person};

    fn staff(id: &str, person: Option<&PersonId>, roles: &[Role]) -> Staff {
        Staff {
            id: id.into(),
            name: id.to_uppercase(),
            person: person.cloned(),
            roles: roles.iter().copied().collect(),
        }
    }

    #[test]
    fn staff_are_added_changed_and_dismissed() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            let human = person(&mut tx, "p1").await;
            add_staff(&mut tx, &staff("a", Some(&human), &[Role::Admin, Role::Ops]), 1).await.unwrap();
            add_staff(&mut tx, &staff("b", None, &[]), 1).await.unwrap();
            set_roles(&mut tx, &"b".into(), &[Role::Support].into()).await.unwrap();
            set_roles(&mut tx, &"a".into(), &[Role::Admin].into()).await.unwrap();
            assert!(rename_staff(&mut tx, &"b".into(), "Bo").await.unwrap());
            let mut b = staff("b", None, &[Role::Support]);
            b.name = "Bo".into();
            assert_eq!(
                all_staff(&mut tx).await.unwrap(),
                [staff("a", Some(&human), &[Role::Admin]), b.clone()]
            );

            assert!(dismiss_staff(&mut tx, &"a".into(), 9).await.unwrap());
            assert!(!dismiss_staff(&mut tx, &"a".into(), 9).await.unwrap(), "they left already");
            assert!(!rename_staff(&mut tx, &"a".into(), "A").await.unwrap());
            assert!(set_staff_person(&mut tx, &"b".into(), Some(&human)).await.unwrap(), "the human is free");
            b.person = Some(human);
            assert_eq!(all_staff(&mut tx).await.unwrap(), [b]);
            assert!(set_staff_person(&mut tx, &"b".into(), None).await.unwrap());
            assert_eq!(all_staff(&mut tx).await.unwrap()[0].person, None);
        });
    }

    #[test]
    fn one_human_is_one_staff_member() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            let human = person(&mut tx, "p1").await;
            add_staff(&mut tx, &staff("a", Some(&human), &[Role::Admin]), 1).await.unwrap();
            assert!(add_staff(&mut tx, &staff("b", Some(&human), &[]), 1).await.is_err());
        });
    }
}
