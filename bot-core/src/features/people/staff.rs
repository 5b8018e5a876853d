//! Who works here: hired, given roles, unlinked and dismissed from the console and the command line.

use std::collections::BTreeSet;

use crate::chat::clean_display_name;
use crate::error::Result;
use crate::ids::StaffId;
use crate::roster::{Role, Staff};
use crate::store::{people, session};
use crate::texts::Text;
use crate::work::Work;

/// Takes somebody on under a name and with roles; gives their id. `by` is `None` from the command line.
///
/// # Errors
/// When no name or no role is given, or the database fails.
pub async fn hire(
    work: &mut Work,
    by: Option<&StaffId>,
    name: &str,
    roles: BTreeSet<Role>,
) -> Result<StaffId> {
    let name = clean_display_name(name, "");
    if name.is_empty() || roles.is_empty() {
        return Err(Text::new("people-staff-incomplete").into());
    }
    let staff = Staff { id: work.hall.ids.next(), name, person: None, roles };
    let now_ms = work.now_ms;
    people::add_staff(work.tx().await?, &staff, now_ms).await?;
    let detail = format!("{}: {}", staff.name, words(&staff.roles));
    work.audit_by(by, "staff.hire", staff.id.as_str(), Some(detail)).await?;
    work.roster_changed();
    Ok(staff.id)
}

/// Gives a staff member these roles and no others.
///
/// # Errors
/// When they do not work here, no role is given, nobody would be admin any more, or the database fails.
pub async fn change_roles(
    work: &mut Work,
    by: Option<&StaffId>,
    staff: &StaffId,
    roles: BTreeSet<Role>,
) -> Result<()> {
    let all = people::all_staff(work.tx().await?).await?;
    may_become(&all, staff, &roles)?;
    if roles.is_empty() {
        return Err(Text::new("people-staff-incomplete").into());
    }
    people::set_roles(work.tx().await?, staff, &roles).await?;
    work.audit_by(by, "staff.roles", staff.as_str(), Some(words(&roles))).await?;
    work.roster_changed();
    Ok(())
}

/// Ends somebody's work here.
///
/// # Errors
/// When they do not work here, nobody would be admin any more, or the database fails.
pub async fn dismiss(work: &mut Work, by: Option<&StaffId>, staff: &StaffId) -> Result<()> {
    let all = people::all_staff(work.tx().await?).await?;
    may_become(&all, staff, &BTreeSet::new())?;
    let now_ms = work.now_ms;
    people::dismiss_staff(work.tx().await?, staff, now_ms).await?;
    session::shut_out(work.tx().await?, staff).await?;
    work.audit_by(by, "staff.dismiss", staff.as_str(), None).await?;
    work.roster_changed();
    Ok(())
}

/// Takes the chat identities from a staff member; they may be linked again with a new code.
///
/// # Errors
/// When they do not work here, or the database fails.
pub async fn unlink(work: &mut Work, by: Option<&StaffId>, staff: &StaffId) -> Result<()> {
    if !people::set_staff_person(work.tx().await?, staff, None).await? {
        return Err(Text::new("people-no-staff").into());
    }
    work.audit_by(by, "staff.unlink", staff.as_str(), None).await?;
    work.roster_changed();
    Ok(())
}

/// Whether one of `all` may have these roles from now on: they must work here, and somebody must stay admin.
fn may_become(all: &[Staff], staff: &StaffId, roles: &BTreeSet<Role>) -> Result<()> {
    if !all.iter().any(|one| one.id == *staff) {
        return Err(Text::new("people-no-staff").into());
    }
    let was_admin = |one: &&Staff| one.roles.contains(&Role::Admin);
    let others = all.iter().filter(was_admin).filter(|one| one.id != *staff).count();
    let loses = all.iter().filter(was_admin).any(|one| one.id == *staff) && !roles.contains(&Role::Admin);
    if loses && others == 0 {
        return Err(Text::new("people-last-admin").into());
    }
    Ok(())
}

fn words(roles: &BTreeSet<Role>) -> String {
    roles.iter().map(|role| role.word()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::FeatureError;

    fn one(id: &str, roles: &[Role]) -> Staff {
        Staff { id: id.into(), name: id.into(), person: None, roles: roles.iter().copied().collect() }
    }

    fn refusal(all: &[Staff], staff: &str, roles: &[Role]) -> Option<Text> {
        match may_become(all, &staff.into(), &roles.iter().copied().collect()) {
            Ok(()) => None,
            Err(FeatureError::User(error)) => Some(error.0),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn somebody_stays_admin() {
        let last = Some(Text::new("people-last-admin"));
        let mut all = vec![one("a", &[Role::Admin, Role::Ops]), one("b", &[Role::Support])];
        assert_eq!(refusal(&all, "a", &[Role::Ops]), last);
        assert_eq!(refusal(&all, "a", &[]), last);
        assert_eq!(refusal(&all, "a", &[Role::Admin]), None);
        assert_eq!(refusal(&all, "b", &[]), None);
        assert_eq!(refusal(&all, "nobody", &[]), Some(Text::new("people-no-staff")));
        all.push(one("c", &[Role::Admin]));
        assert_eq!(refusal(&all, "a", &[]), None);
    }
}
