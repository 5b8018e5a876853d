//! Staff, their roles and linked identities; merchants and their contacts.

use std::collections::{BTreeMap, BTreeSet};

use super::{StoreError, Tx, execute, on};
use crate::ids::{PersonId, StaffId};
use crate::roster::{Role, Staff};

const STAFF: &str = "SELECT s.id, s.name, s.person, r.role FROM staff s LEFT JOIN staff_role r ON r.staff = s.id \
    WHERE s.left_at_ms IS NULL ORDER BY s.id, r.role";
const ADD_STAFF: &str = "INSERT INTO staff (id, name, person, created_at_ms) VALUES ($1, $2, $3, $4)";
const ADD_ROLE: &str = "INSERT INTO staff_role (staff, role) VALUES ($1, $2) ON CONFLICT DO NOTHING";

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
    for role in &staff.roles {
        execute!(tx, sqlx::query(ADD_ROLE).bind(&staff.id).bind(role.word()))?;
    }
    Ok(())
}
