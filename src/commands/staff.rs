//! `guildhall sign-in`, `guildhall link-code` and `guildhall token`: ways in for staff, made at the shell.

use std::collections::BTreeSet;
use std::sync::Arc;

use bot_core::clock::SystemClock;
use bot_core::features::people::make_link_code;
use bot_core::hall::Hall;
use bot_core::ids::StaffId;
use bot_core::roster::{Permission, Role, Staff};
use bot_core::store::people;

use crate::cli::{complain, tell};
use crate::config::Config;
use crate::{commands, hall};

/// How long a link made at the shell is good, milliseconds.
const LINK_LIVES_MS: i64 = 15 * 60 * 1000;

/// Prints a one-time link. The first staff member of a hall is made by this: an admin.
///
/// # Errors
/// One sentence that says what is wrong and what to do.
pub(crate) async fn sign_in(config: &Config, name: &str, reset_second_factor: bool) -> Result<(), String> {
    let hall = open(config).await?;
    let staff = find_or_first(&hall, name).await?;
    if reset_second_factor
        && !console::reset_second_factor(&hall, None, &staff).await.map_err(|error| error.to_string())?
    {
        complain(&format!("{name} had no second factor"));
    }
    let link = console::sign_in_link(&hall, None, &staff, LINK_LIVES_MS).await;
    let link = link.map_err(|error| error.to_string())?;
    tell(&format!("{link}\nGood once, for 15 minutes."));
    Ok(())
}

/// Prints a code that links a chat identity to a staff member. The first one is made by this too.
///
/// # Errors
/// One sentence that says what is wrong and what to do.
pub(crate) async fn link_code(config: &Config, name: &str) -> Result<(), String> {
    let hall = open(config).await?;
    let staff = find_or_first(&hall, name).await?;
    let made = hall
        .in_one_commit(|mut work| {
            let staff = staff.clone();
            async move {
                let code = make_link_code(&mut work, None, &staff).await?;
                Ok((work, code))
            }
        })
        .await;
    let code = made.map_err(|error| error.to_string())?;
    tell(&format!(
        "{code}\nGood once, for 10 minutes. Send to the bot in your private chat with it: /link {code}"
    ));
    Ok(())
}

/// Prints an API token.
///
/// # Errors
/// One sentence that says what is wrong and what to do.
pub(crate) async fn token(config: &Config, name: &str, label: &str) -> Result<(), String> {
    let hall = open(config).await?;
    let staff = find(&hall, name)?;
    let may: Vec<Permission> = hall.roster.load().get(&staff).map(permissions).unwrap_or_default();
    let token =
        console::new_api_token(&hall, &staff, label, &may, None).await.map_err(|error| error.to_string())?;
    tell(&format!("{token}\nIt is not shown again. Send it as: Authorization: Bearer {token}"));
    Ok(())
}

/// All that a staff member's roles allow.
fn permissions(staff: &Staff) -> Vec<Permission> {
    let all: BTreeSet<Permission> = staff.roles.iter().flat_map(|role| role.permissions()).copied().collect();
    all.into_iter().collect()
}

async fn open(config: &Config) -> Result<Arc<Hall>, String> {
    let db = commands::open(config).await?;
    hall::open(config, commands::policy::of(config)?, db, Arc::new(SystemClock::new(1))).await
}

/// The staff member of a name; when nobody works here yet, the first one, an admin.
async fn find_or_first(hall: &Arc<Hall>, name: &str) -> Result<StaffId, String> {
    match find(hall, name) {
        Err(_) if hall.roster.load().all().next().is_none() => {
            first_admin(hall, name).await.map_err(|error| error.to_string())
        }
        found => found,
    }
}

fn find(hall: &Hall, name: &str) -> Result<StaffId, String> {
    let roster = hall.roster.load();
    let same: Vec<&Staff> =
        roster.all().filter(|staff| staff.name == name || staff.id.as_str() == name).collect();
    match same.as_slice() {
        [one] => Ok(one.id.clone()),
        [] => {
            let near = roster
                .all()
                .map(|staff| staff.name.as_str())
                .min_by_key(|known| strsim::damerau_levenshtein(known, name));
            Err(match near {
                Some(near) => format!("nobody on the staff is called {name}; did you mean {near}?"),
                None => format!(
                    "nobody is on the staff yet; `guildhall sign-in --staff {name}` makes {name} the first admin"
                ),
            })
        }
        _ => Err(format!("several people are called {name}; give the id that the console shows")),
    }
}

async fn first_admin(hall: &Arc<Hall>, name: &str) -> Result<StaffId, bot_core::store::StoreError> {
    let staff = Staff {
        id: hall.ids.next(),
        name: name.to_owned(),
        person: None,
        roles: BTreeSet::from([Role::Admin]),
    };
    let mut work = hall.begin().await?;
    let now_ms = work.now_ms;
    people::add_staff(work.tx().await?, &staff, now_ms).await?;
    work.audit_staff(&staff.id, "staff.first_admin", &staff.id, Some(name.to_owned())).await?;
    work.roster_changed();
    work.commit().await?;
    Ok(staff.id)
}
