//! Merchants from a table: what each row would do, and doing exactly that.

pub(super) mod decide;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

pub use self::decide::{Draft, Fate, ImportRow};

use self::decide::{decide, wanted};
use crate::digest::sha256;
use crate::error::Result;
use crate::features::tier;
use crate::ids::{MerchantId, StaffId};
use crate::roster::Permission;
use crate::store::announcement::zone::{self, Whose};
use crate::store::people::{self, Merchant};
use crate::store::{StoreError, Tx};
use crate::texts::Text;
use crate::work::Work;

/// A row and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The line of the file that it begins on, from 1.
    pub line: u64,
    /// What the merchant is called in the file, or its id there.
    pub called: String,
    /// What becomes of it.
    pub fate: Fate,
}

/// How many rows have which fate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Merchants that are added.
    pub new: usize,
    /// Merchants that become different.
    pub changed: usize,
    /// Merchants that are so already.
    pub unchanged: usize,
    /// Rows of which nothing is taken.
    pub refused: usize,
}

/// What each row would do as things stand.
///
/// # Errors
/// When the database fails.
pub async fn plan(tx: &mut Tx, rows: &[ImportRow]) -> Result<Vec<Planned>, StoreError> {
    let mut met = HashMap::new();
    let mut planned = Vec::new();
    for row in rows {
        let fate = match wanted(row) {
            Err(why) => Fate::Refused(why),
            Ok(wanted) => {
                let found = match (&wanted.id, &wanted.name) {
                    (Some(id), _) => people::merchant(tx, id).await?.into_iter().collect(),
                    (None, Some(name)) => people::merchants_called(tx, name).await?,
                    (None, None) => Vec::new(),
                };
                let zone = match (&wanted.zone, found.as_slice()) {
                    (Some(_), [one]) => zone::get(tx, Whose::Merchant(one.id.as_str())).await?,
                    _ => None,
                };
                decide(wanted, &found, zone, row.line, &mut met)
            }
        };
        let called = row.name.clone().or_else(|| row.id.clone()).unwrap_or_default();
        planned.push(Planned { line: row.line, called, fate });
    }
    Ok(planned)
}

/// What tells one plan from every other: the same only when each row has the same fate, from the same to the same.
pub fn fingerprint(planned: &[Planned]) -> String {
    sha256(format!("{planned:?}"))
}

/// How many rows have which fate.
pub fn tally(planned: &[Planned]) -> Tally {
    let mut tally = Tally::default();
    for one in planned {
        match one.fate {
            Fate::New(_) => tally.new += 1,
            Fate::Changed { .. } => tally.changed += 1,
            Fate::Unchanged => tally.unchanged += 1,
            Fate::Refused(_) => tally.refused += 1,
        }
    }
    tally
}

/// Does what was planned in the same transaction, and leaves one trace of it, which names the file by its SHA-256.
///
/// # Errors
/// One sentence when the staff member may not; or the database fails.
pub async fn apply(work: &mut Work, by: &StaffId, planned: &[Planned], digest: &str) -> Result<Tally> {
    if work.hall.roster.load().who_may(by, Permission::EditPeople).is_none() {
        return Err(Text::new("people-import-not-allowed").into());
    }
    for one in planned {
        done(work, &one.fate).await?;
    }
    let tally = tally(planned);
    let Tally { new, changed, unchanged, refused } = tally;
    let detail =
        format!("new {new}, changed {changed}, unchanged {unchanged}, refused {refused}; SHA-256 {digest}");
    work.audit_staff(by, "merchant.import", "merchants", Some(detail)).await?;
    Ok(tally)
}

/// Does what one row comes to. Gives the merchant that was added or changed.
pub(super) async fn done(work: &mut Work, fate: &Fate) -> Result<Option<MerchantId>> {
    match fate {
        Fate::New(draft) => {
            let id: MerchantId = work.hall.ids.next();
            let merchant = draft.clone().merchant(id.clone(), work.now_ms);
            people::add_merchant(work.tx().await?, &merchant).await?;
            put_zone(work, &id, draft.zone.as_deref()).await?;
            Ok(Some(id))
        }
        Fate::Changed { was, will, zone } => {
            change(work, was, will).await?;
            put_zone(work, &will.id, zone.as_ref().map(|(_, new)| new.as_str())).await?;
            Ok(Some(will.id.clone()))
        }
        Fate::Unchanged | Fate::Refused(_) => Ok(None),
    }
}

/// Keeps the zone of a merchant, if one is said.
async fn put_zone(work: &mut Work, id: &MerchantId, name: Option<&str>) -> Result<(), StoreError> {
    match name {
        Some(_) => zone::put(work.tx().await?, Whose::Merchant(id.as_str()), name).await,
        None => Ok(()),
    }
}

async fn change(work: &mut Work, was: &Merchant, will: &Merchant) -> Result<()> {
    people::update_merchant(work.tx().await?, will).await?;
    if was.tier != will.tier || was.name != will.name {
        tier::show_anew(work, &will.id).await?;
    }
    Ok(())
}
