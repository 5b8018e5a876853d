//! The learner: what moderators decide on flagged messages teaches it, off the way of messages, and each training is a
//! version that can be looked at and taken back.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use moderation::Learner;
use moderation::learner::{DECISIONS_MAX, Decision, LearnError};

use crate::error::{FeatureError, Result};
use crate::feature::{ArgKind, ArgSpec, CommandSpec, Due, Feature, Invocation, Manifest, Places};
use crate::hall::Hall;
use crate::ids::StaffId;
use crate::roster::Permission;
use crate::store::StoreError;
use crate::store::learner::{self as store, Decided, LearnerState, Version};
use crate::text;
use crate::texts::Text;
use crate::work::{NewTimer, Work};

const NAME: &str = "learner";
/// The clock trains once a day, milliseconds.
const EVERY_MS: i64 = 24 * 60 * 60 * 1_000;
/// How often it is looked whether a training is done, milliseconds.
const LOOK_EVERY_MS: i64 = 5_000;
/// The clock trains only when there are so many decisions more than at the last time, or fewer.
const NEWS_MIN: i64 = 20;
/// Versions of the hall begin after those that come with the program.
const FIRST: i64 = 101;

/// The learner.
#[derive(Default)]
pub struct LearnerFeature {
    training: Arc<Mutex<Training>>,
}

/// A training under way in this process. After a restart there is none, and it is begun anew.
#[derive(Default)]
enum Training {
    #[default]
    None,
    Busy,
    Done(Box<Trained>),
}

struct Trained {
    version: i64,
    by: Option<StaffId>,
    decisions: Vec<Decided>,
    learner: std::result::Result<Learner, LearnError>,
}

static MANIFEST: Manifest = Manifest {
    name: NAME,
    commands: &[CommandSpec {
        name: "learner",
        needs: Some(Permission::Moderate),
        places: Places::StaffOrDirect,
        args: &[ArgSpec { name: "what", kind: ArgKind::Word, required: false }],
    }],
    timers: &["train", "adopt"],
    buttons: &[],
    forms: &[],
    pages: &[],
};

/// What the clock does with so many decisions, where so many were there at the last training.
fn is_worth_it(now: i64, before: Option<i64>) -> bool {
    now > 0 && (now - before.unwrap_or(0)).abs() >= NEWS_MIN
}

fn lessons(decisions: &[Decided]) -> Vec<Decision> {
    let lesson =
        |one: &Decided| Decision { text: one.text.clone(), violation: one.violation, by: one.by.to_string() };
    decisions.iter().map(lesson).collect()
}

fn learn(version: i64, decisions: &[Decided]) -> std::result::Result<Learner, LearnError> {
    Learner::starter().relearn(u32::try_from(version).unwrap_or(u32::MAX), &lessons(decisions))
}

impl LearnerFeature {
    fn training(&self) -> std::sync::MutexGuard<'_, Training> {
        self.training.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a training on what is decided now, on another thread; `adopt` takes it in when it is done.
    async fn begin(&self, work: &mut Work, by: Option<StaffId>, decisions: Vec<Decided>) -> Result<()> {
        let latest = store::latest(work.tx().await?).await?;
        let version = latest.map_or(FIRST, |latest| latest.version + 1);
        *self.training() = Training::Busy;
        let training = Arc::clone(&self.training);
        work.after_commit(move |_| {
            tokio::task::spawn_blocking(move || {
                let learner = learn(version, &decisions);
                let done = Training::Done(Box::new(Trained { version, by, decisions, learner }));
                *training.lock().unwrap_or_else(PoisonError::into_inner) = done;
            });
        });
        arm(work, "adopt", LOOK_EVERY_MS).await?;
        Ok(())
    }

    /// Takes in a training that is done, or waits on.
    async fn adopt(&self, work: &mut Work) -> Result<()> {
        let training = std::mem::take(&mut *self.training());
        match training {
            Training::Busy => {
                *self.training() = Training::Busy;
                arm(work, "adopt", LOOK_EVERY_MS).await?;
            }
            // The program was started anew in between.
            Training::None => arm(work, "train", LOOK_EVERY_MS).await?,
            Training::Done(trained) => took(work, *trained).await?,
        }
        Ok(())
    }
}

async fn arm(work: &mut Work, kind: &'static str, in_ms: i64) -> Result<(), StoreError> {
    let due_at_ms = work.now_ms + in_ms;
    work.arm(NewTimer { feature: NAME, kind, key: "all".into(), due_at_ms }).await
}

async fn took(work: &mut Work, trained: Trained) -> Result<()> {
    let Trained { version, by, decisions, learner } = trained;
    let (state, why) = match &learner {
        Ok(_) => (LearnerState::InForce, None),
        Err(error) => (LearnerState::Refused, Some(error.to_string())),
    };
    let count = i64::try_from(decisions.len()).unwrap_or(i64::MAX);
    let new = Version { version, state, decisions: count, why, by: by.clone(), at_ms: work.now_ms };
    store::add(work.tx().await?, &new, &decisions).await?;
    let detail = new.why.clone().unwrap_or_else(|| format!("{count} decisions"));
    work.audit_by(by.as_ref(), "learner.train", version, Some(format!("{}: {detail}", state.word()))).await?;
    let number = version.to_string();
    match learner {
        Ok(learner) => {
            work.note(
                NAME,
                None,
                text!("learner-note-in-force", version = number, count = count.to_string()),
            );
            work.after_commit(move |hall| hall.policy.learn(Arc::new(learner)));
            work.feature_changed(NAME);
        }
        Err(_) => work.note(NAME, None, text!("learner-note-refused", version = number)),
    }
    Ok(())
}

#[async_trait]
impl Feature for LearnerFeature {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    async fn on_start(&self, hall: &Arc<Hall>) -> Result<(), StoreError> {
        let mut work = hall.begin().await?;
        arm(&mut work, "train", EVERY_MS).await?;
        let in_force = store::in_force(work.tx().await?).await?;
        if let Some(version) = in_force {
            let decisions = store::taught(work.tx().await?, version.version).await?;
            work.after_commit(move |hall| {
                let hall = Arc::clone(hall);
                tokio::task::spawn_blocking(move || match learn(version.version, &decisions) {
                    Ok(learner) => hall.policy.learn(Arc::new(learner)),
                    Err(error) => tracing::warn!(%error, "the learner could not be made again"),
                });
            });
        }
        work.commit().await
    }

    async fn on_timer(&self, work: &mut Work, due: &Due) -> Result<()> {
        if due.kind == "adopt" {
            return self.adopt(work).await;
        }
        arm(work, "train", EVERY_MS).await?;
        if matches!(&*self.training(), Training::Busy | Training::Done(_)) {
            return Ok(());
        }
        let decisions = decided(work).await?;
        let latest = store::latest(work.tx().await?).await?;
        let count = i64::try_from(decisions.len()).unwrap_or(i64::MAX);
        if is_worth_it(count, latest.map(|latest| latest.decisions)) {
            self.begin(work, None, decisions).await?;
        }
        Ok(())
    }

    async fn on_command(&self, work: &mut Work, call: &Invocation) -> Result<()> {
        let staff = call.at.staff_who_may(Permission::Moderate).cloned();
        let staff = staff.ok_or_else(|| FeatureError::from(Text::new("learner-not-allowed")))?;
        let said = match call.args.words("what").unwrap_or_default() {
            "" => shown(work).await?,
            "train" => {
                if matches!(&*self.training(), Training::Busy | Training::Done(_)) {
                    return Err(Text::new("learner-busy").into());
                }
                let decisions = decided(work).await?;
                if decisions.is_empty() {
                    return Err(Text::new("learner-nothing").into());
                }
                let count = decisions.len().to_string();
                self.begin(work, Some(staff.id), decisions).await?;
                text!("learner-begun", count = count)
            }
            "reset" => {
                if !staff.may(Permission::Administer) {
                    return Err(Text::new("learner-reset-not-allowed").into());
                }
                store::retire(work.tx().await?).await?;
                work.audit(&call.at, "learner.reset", "starter", None).await?;
                work.after_commit(|hall| hall.policy.learn(Arc::clone(Learner::starter())));
                Text::new("learner-was-reset")
            }
            _ => return Err(Text::new("learner-unknown-word").into()),
        };
        let said = work.hall.texts.say(call.at.lang, &said);
        work.say(call.at.place(), said);
        Ok(())
    }
}

async fn decided(work: &mut Work) -> Result<Vec<Decided>, StoreError> {
    store::decisions(work.tx().await?, i64::try_from(DECISIONS_MAX).unwrap_or(i64::MAX)).await
}

/// Which version is in force, and what it was made of.
async fn shown(work: &mut Work) -> Result<Text> {
    let in_force = store::in_force(work.tx().await?).await?;
    let latest = store::latest(work.tx().await?).await?;
    let waiting = decided(work).await?.len().to_string();
    let own = Learner::starter();
    Ok(match (in_force, latest) {
        (in_force, Some(refused)) if refused.state == LearnerState::Refused => text!(
            "learner-shown-refused",
            version = in_force.map_or(i64::from(own.version()), |version| version.version).to_string(),
            refused = refused.version.to_string(),
            why = refused.why.unwrap_or_default(),
            waiting = waiting
        ),
        (Some(version), _) => text!(
            "learner-shown",
            version = version.version.to_string(),
            count = version.decisions.to_string(),
            waiting = waiting
        ),
        (None, _) => text!("learner-shown-own", version = own.version().to_string(), waiting = waiting),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_trains_when_enough_is_new_or_was_taken_back() {
        for (now, before, worth) in [
            (0, None, false),
            (19, None, false),
            (20, None, true),
            (25, Some(20), false),
            (40, Some(20), true),
            (20, Some(40), true),
            (0, Some(40), false),
        ] {
            assert_eq!(is_worth_it(now, before), worth, "{now} {before:?}");
        }
    }
}
