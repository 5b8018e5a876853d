//! What moderators decided on messages, and the versions of the learner that were trained on it.

use moderation::{Explanation, HitKind};
use sqlx::FromRow;

use super::moderation::stored_word;
use super::{StoreError, Tx, execute, on};
use crate::ids::{CaseNo, StaffId};

stored_word! {
    /// How a version stands.
    LearnerState, "learner state" {
        /// It is asked.
        InForce = "in_force",
        /// Another took its place.
        Retired = "retired",
        /// It would have been worse than the one before.
        Refused = "refused",
    }
}

/// One training.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its number, rising.
    pub version: i64,
    /// How it stands.
    pub state: LearnerState,
    /// How many decisions it was trained on.
    pub decisions: i64,
    /// Why it was refused.
    pub why: Option<String>,
    /// Who asked for it; `None` for the clock.
    pub by: Option<StaffId>,
    /// When, unix milliseconds.
    pub at_ms: i64,
}

/// What a moderator decided on a message that the bot had found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The case.
    pub case: CaseNo,
    /// Its message.
    pub text: String,
    /// Whether they upheld it.
    pub violation: bool,
    /// Who.
    pub by: StaffId,
}

#[derive(FromRow)]
struct VersionRow {
    version: i64,
    state: String,
    decisions: i64,
    why: Option<String>,
    by_staff: Option<StaffId>,
    at_ms: i64,
}

#[derive(FromRow)]
struct DecidedRow {
    no: CaseNo,
    message_text: String,
    violation: bool,
    by_staff: StaffId,
    explanation: Option<String>,
}

const DECIDED: &str = "SELECT no, message_text, state = 'stands' AS violation, decided_by AS by_staff, explanation FROM mod_case \
    WHERE by_staff IS NULL AND message_text IS NOT NULL AND decided_by IS NOT NULL AND state IN ('stands', 'dismissed', 'undone') \
    ORDER BY decided_at_ms DESC, no DESC LIMIT $1";
const TAUGHT: &str = "SELECT m.no, m.message_text, d.violation, d.by_staff, CAST(NULL AS TEXT) AS explanation FROM learner_decision d \
    JOIN mod_case m ON m.no = d.case_no WHERE d.version = $1 AND m.message_text IS NOT NULL ORDER BY d.place";
const TEACH: &str =
    "INSERT INTO learner_decision (version, case_no, violation, by_staff, place) VALUES ($1, $2, $3, $4, $5)";
const FORGET: &str = "DELETE FROM learner_decision WHERE version <> $1";
const LATEST: &str =
    "SELECT version, state, decisions, why, by_staff, at_ms FROM learner ORDER BY version DESC LIMIT 1";
const IN_FORCE: &str = "SELECT version, state, decisions, why, by_staff, at_ms FROM learner WHERE state = 'in_force' \
    ORDER BY version DESC LIMIT 1";
const RETIRE: &str = "UPDATE learner SET state = 'retired' WHERE state = 'in_force'";
const ADD: &str =
    "INSERT INTO learner (version, state, decisions, why, by_staff, at_ms) VALUES ($1, $2, $3, $4, $5, $6)";

/// Whether a text, and not how often it came or a name, was found.
fn is_of_the_text(explanation: Option<&str>) -> bool {
    let Some(explanation) = explanation else { return true };
    let Ok(explanation) = serde_json::from_str::<Explanation>(explanation) else { return false };
    let counts = explanation.rules.iter().filter(|rule| rule.score > 0 && !rule.shadow);
    counts.flat_map(|rule| &rule.evidence).any(|found| found.kind != HitKind::Behaviour && !found.in_name)
}

fn decided(row: DecidedRow) -> Decided {
    Decided { case: row.no, text: row.message_text, violation: row.violation, by: row.by_staff }
}

/// What moderators decided on messages that the bot had found, the latest first, at most `limit`. What was found by
/// behaviour or in a name alone says nothing of the text and is left out.
///
/// # Errors
/// When the database fails.
pub async fn decisions(tx: &mut Tx, limit: i64) -> Result<Vec<Decided>, StoreError> {
    let rows: Vec<DecidedRow> = on!(tx, |c| sqlx::query_as(DECIDED).bind(limit).fetch_all(c))?;
    let of_texts = rows.into_iter().filter(|row| is_of_the_text(row.explanation.as_deref()));
    Ok(of_texts.map(decided).collect())
}

/// The decisions that a version was trained on, in the order in which it was.
///
/// # Errors
/// When the database fails.
pub async fn taught(tx: &mut Tx, version: i64) -> Result<Vec<Decided>, StoreError> {
    let rows: Vec<DecidedRow> = on!(tx, |c| sqlx::query_as(TAUGHT).bind(version).fetch_all(c))?;
    Ok(rows.into_iter().map(decided).collect())
}

/// The latest version, however it stands.
///
/// # Errors
/// When the database fails.
pub async fn latest(tx: &mut Tx) -> Result<Option<Version>, StoreError> {
    let row: Option<VersionRow> = on!(tx, |c| sqlx::query_as(LATEST).fetch_optional(c))?;
    row.map(Version::try_from).transpose()
}

/// The version in force; `None` for the one that the program comes with.
///
/// # Errors
/// When the database fails.
pub async fn in_force(tx: &mut Tx) -> Result<Option<Version>, StoreError> {
    let row: Option<VersionRow> = on!(tx, |c| sqlx::query_as(IN_FORCE).fetch_optional(c))?;
    row.map(Version::try_from).transpose()
}

/// Keeps a version with what it was trained on. One that is in force takes the place of the one before.
///
/// # Errors
/// When the database fails.
pub async fn add(tx: &mut Tx, new: &Version, decisions: &[Decided]) -> Result<(), StoreError> {
    if new.state == LearnerState::InForce {
        retire(tx).await?;
    }
    execute!(
        tx,
        sqlx::query(ADD)
            .bind(new.version)
            .bind(new.state.word())
            .bind(new.decisions)
            .bind(&new.why)
            .bind(&new.by)
            .bind(new.at_ms)
    )?;
    if new.state != LearnerState::InForce {
        return Ok(());
    }
    for (decided, place) in decisions.iter().zip(0_i64..) {
        execute!(
            tx,
            sqlx::query(TEACH)
                .bind(new.version)
                .bind(decided.case)
                .bind(decided.violation)
                .bind(&decided.by)
                .bind(place)
        )?;
    }
    execute!(tx, sqlx::query(FORGET).bind(new.version)).map(|_| ())
}

/// Goes back to the learner that the program comes with.
///
/// # Errors
/// When the database fails.
pub async fn retire(tx: &mut Tx) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(RETIRE)).map(|_| ())
}

impl TryFrom<VersionRow> for Version {
    type Error = StoreError;

    fn try_from(row: VersionRow) -> Result<Self, StoreError> {
        Ok(Self {
            version: row.version,
            state: LearnerState::from_word(&row.state)?,
            decisions: row.decisions,
            why: row.why,
            by: row.by_staff,
            at_ms: row.at_ms,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::Staff;
    use crate::store::moderation::{Case, CaseState, Notice, Removal, put};
    use crate::store::people;
    use crate::store::testing::{group, on_both, user};

    fn version(version: i64, state: LearnerState) -> Version {
        Version { version, state, decisions: 1, why: None, by: None, at_ms: version }
    }

    #[test]
    fn only_what_staff_decided_on_what_the_bot_found_teaches() {
        on_both(|hall| async move {
            let mut tx = hall.db.write().await.unwrap();
            let (chat, lin) =
                (group(&mut tx, "sandbox", "market").await, user(&mut tx, "sandbox", "Lin").await);
            let chen =
                Staff { id: "s1".into(), name: "Chen".into(), person: None, roles: Default::default() };
            people::add_staff(&mut tx, &chen, 0).await.unwrap();
            let case = |no, state, decided: bool, by: Option<&Staff>| Case {
                no: CaseNo(no),
                chat: Some(chat.id.clone()),
                user: lin.id.clone(),
                by: by.map(|staff| staff.id.clone()),
                state,
                points: 1,
                rule: None,
                policy_version: None,
                explanation: None,
                message: None,
                thread: None,
                message_text: Some(format!("text {no}")),
                reason: None,
                removal: Removal::None,
                notice: Notice::None,
                at_ms: no,
                decided_by: decided.then(|| chen.id.clone()),
                decided_at_ms: decided.then_some(no),
            };
            let all = [
                case(1, CaseState::Stands, true, None),
                case(2, CaseState::Dismissed, true, None),
                case(3, CaseState::Undone, true, None),
                case(4, CaseState::Stands, false, None),
                case(5, CaseState::Flagged, false, None),
                case(6, CaseState::Stands, true, Some(&chen)),
            ];
            for case in &all {
                put(&mut tx, case).await.unwrap();
            }
            let found = decisions(&mut tx, 10).await.unwrap();
            let seen: Vec<_> = found.iter().map(|one| (one.case.0, one.violation)).collect();
            assert_eq!(seen, [(3, false), (2, false), (1, true)]);
            assert_eq!(decisions(&mut tx, 1).await.unwrap().len(), 1);

            assert_eq!(in_force(&mut tx).await.unwrap(), None);
            add(&mut tx, &version(101, LearnerState::InForce), &found).await.unwrap();
            assert_eq!(taught(&mut tx, 101).await.unwrap(), found);
            add(&mut tx, &version(102, LearnerState::Refused), &found).await.unwrap();
            assert_eq!(in_force(&mut tx).await.unwrap().unwrap().version, 101);
            assert_eq!(latest(&mut tx).await.unwrap().unwrap().version, 102);
            add(&mut tx, &version(103, LearnerState::InForce), &found[1..]).await.unwrap();
            assert_eq!(in_force(&mut tx).await.unwrap(), Some(version(103, LearnerState::InForce)));
            assert_eq!(taught(&mut tx, 101).await.unwrap(), [], "only those of the latest are kept");
            retire(&mut tx).await.unwrap();
            assert_eq!(in_force(&mut tx).await.unwrap(), None);
        });
    }
}
