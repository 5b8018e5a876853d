//! Privacy: a merchant's data given out and erased, and how long what is kept.
//!
//! An erasure makes people nobody in its first commit; the words go afterwards, a lot to a commit, by a timer.

pub(crate) mod config;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};

use crate::digest::sha256;
use crate::error::{FeatureError, Result};
use crate::feature::{Due, Feature, Manifest};
use crate::features::activity;
use crate::hall::Hall;
use crate::ids::{RowId, StaffId};
use crate::roster::Permission;
use crate::store::privacy::{self as store, Counted, Found, Obstacle, Step, Whom};
use crate::store::{StoreError, people};
use crate::text;
use crate::texts::Text;
use crate::work::{NewTimer, Work};

pub use config::RetentionConfig;

const NAME: &str = "privacy";
/// How often it is seen whether a ban has ended whose user's key is still needed, milliseconds.
const HELD_EVERY_MS: i64 = 24 * 60 * 60 * 1000;

/// Erases what was asked to be erased.
pub struct PrivacyFeature;

static MANIFEST: Manifest =
    Manifest { name: NAME, commands: &[], timers: &["erase"], buttons: &[], forms: &[], pages: &[] };

#[async_trait]
impl Feature for PrivacyFeature {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    async fn on_start(&self, hall: &Arc<Hall>) -> Result<(), StoreError> {
        // A timer stands for each that is not through; after a restore from a copy without timers, too.
        let mut work = hall.begin().await?;
        for id in store::open(work.tx().await?).await? {
            arm(&mut work, &id, 0).await?;
        }
        work.commit().await
    }

    async fn on_timer(&self, work: &mut Work, due: &Due) -> Result<()> {
        let (id, now_ms) = (RowId::from(due.key.as_str()), work.now_ms);
        match store::step(work.tx().await?, &id, now_ms).await? {
            Step::More => arm(work, &id, 0).await?,
            Step::Held => arm(work, &id, HELD_EVERY_MS).await?,
            Step::Done => {}
        }
        work.after_commit(|hall| {
            hall.directory.forget_all();
            hall.counted.forget();
        });
        Ok(())
    }
}

async fn arm(work: &mut Work, id: &RowId, after_ms: i64) -> Result<(), StoreError> {
    let due_at_ms = work.now_ms + after_ms;
    work.arm(NewTimer { feature: NAME, kind: "erase", key: id.to_string(), due_at_ms }).await
}

/// Whether somebody may; it is looked at again here, for what is erased does not come back.
fn may(work: &Work, by: &StaffId) -> Result<()> {
    match work.hall.roster.load().who_may(by, Permission::Administer) {
        Some(_) => Ok(()),
        None => Err(Text::new("privacy-may-not").into()),
    }
}

/// Everything that the database holds of them, as one JSON document; `None` where there is nobody of this id.
///
/// # Errors
/// When the database fails.
pub async fn export(work: &mut Work, whom: &Whom) -> Result<Option<Value>> {
    if !exists(work, whom).await? {
        return Ok(None);
    }
    let at_ms = work.now_ms;
    let tables = store::export(work.tx().await?, whom).await?;
    let of = match whom {
        Whom::Merchant(_) => "merchant",
        Whom::Person(_) => "person",
    };
    Ok(Some(json!({ "of": of, "id": whom.id(), "at_ms": at_ms, "tables": tables })))
}

/// Leaves the trace that it was given out.
///
/// # Errors
/// When the database fails.
pub async fn was_exported(work: &mut Work, whom: &Whom, by: &StaffId) -> Result<()> {
    Ok(work.audit_staff(by, act(whom, "export"), whom.id(), None).await?)
}

fn act(whom: &Whom, does: &str) -> &'static str {
    match (whom, does) {
        (Whom::Merchant(_), "export") => "merchant.export",
        (Whom::Merchant(_), _) => "merchant.erase",
        (Whom::Person(_), "export") => "person.export",
        (Whom::Person(_), _) => "person.erase",
    }
}

/// Whether there is a merchant or a person of this id.
///
/// # Errors
/// When the database fails.
pub async fn exists(work: &mut Work, whom: &Whom) -> Result<bool, StoreError> {
    let tx = work.tx().await?;
    match whom {
        Whom::Merchant(id) => Ok(people::merchant(tx, id).await?.is_some()),
        Whom::Person(id) => people::exists(tx, id).await,
    }
}

/// Why they cannot be erased now, in a sentence.
pub fn refusal(obstacle: &Obstacle) -> Text {
    match obstacle {
        Obstacle::Staff(name) => text!("privacy-is-staff", name = name.as_str()),
        Obstacle::Ticket(no) => text!("privacy-ticket-open", no = no.to_string()),
        Obstacle::Sanction(no) => text!("privacy-sanction-open", no = no.to_string()),
        Obstacle::UnderWay(n) => text!("privacy-under-way", n = *n),
    }
}

/// What would be erased: whose, how much, and what stands in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The people in question.
    pub people: Vec<Found>,
    /// How much there is of them.
    pub counted: Counted,
    /// Why it cannot be done now.
    pub obstacle: Option<Obstacle>,
}

impl Look {
    /// Stands for whom and how much it shows: another one as soon as either is different.
    pub fn seen(&self) -> String {
        sha256(format!("{:?} {:?}", self.people, self.counted))
    }
}

/// What erasing them would take away; `None` where there is nobody of this id.
///
/// # Errors
/// When the database fails.
pub async fn look(work: &mut Work, whom: &Whom) -> Result<Option<Look>, StoreError> {
    if !exists(work, whom).await? {
        return Ok(None);
    }
    let tx = work.tx().await?;
    let people = store::persons_of(tx, whom).await?;
    let counted = store::counted(tx, whom).await?;
    Ok(Some(Look { people, counted, obstacle: store::obstacle(tx, whom).await? }))
}

/// What came of asking to erase somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It has begun; our id of it.
    Begun(RowId),
    /// There is something else of them than was looked at; nothing was done.
    Meanwhile,
    /// There is nobody of this id.
    Nobody,
}

/// Begins to erase them, if there is of them what somebody `seen` ([`Look::seen`]): from the commit of this work on
/// nothing leads to them, and what they said follows.
///
/// # Errors
/// One sentence that names what stands in the way, or that the staff member may not.
pub async fn erase(work: &mut Work, whom: &Whom, seen: &str, by: &StaffId) -> Result<Asked> {
    may(work, by)?;
    let Some(there) = look(work, whom).await? else { return Ok(Asked::Nobody) };
    if let Some(obstacle) = &there.obstacle {
        return Err(refusal(obstacle).into());
    }
    if there.seen() != seen {
        return Ok(Asked::Meanwhile);
    }
    leave_activities(work, whom).await?;
    let (id, now_ms): (RowId, _) = (work.hall.ids.next(), work.now_ms);
    store::begin(work.tx().await?, &id, whom, by, now_ms).await?;
    arm(work, &id, 0).await?;
    work.audit_staff(by, act(whom, "erase"), whom.id(), None).await?;
    work.after_commit(|hall| {
        hall.directory.forget_all();
        hall.counted.forget();
    });
    Ok(Asked::Begun(id))
}

/// Gives their seats to those who wait.
async fn leave_activities(work: &mut Work, whom: &Whom) -> Result<()> {
    let spared = matches!(whom, Whom::Merchant(_));
    for one in store::persons_of(work.tx().await?, whom).await? {
        if one.elsewhere && spared {
            continue;
        }
        for no in store::open_seats(work.tx().await?, &one.person).await? {
            match activity::leave(work, no, &one.person).await {
                // What has begun is no longer left; their name goes all the same.
                Ok(()) | Err(FeatureError::User(_)) => {}
                Err(other) => return Err(other),
            }
        }
    }
    Ok(())
}
