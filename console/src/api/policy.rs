//! `/api/v1/policy`: what is in force, a draft tried on the last seven days, and saving it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use bot_core::chat::Lang;
use bot_core::digest::sha256;
use bot_core::features::moderation::{
    Change, Changed, Outcome, PolicyFault, Rehearsal, SourcedPolicy, Tally, fault_text, rehearse, save_policy,
};
use bot_core::hall::Hall;
use bot_core::roster::Permission;
use bot_core::store::{StoreError, Tx, report};
use bot_core::work::Work;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::Caller;
use super::problem::{Problem, Problems};
use super::write::{Keyed, Stop, Write, WriteProblems};
use crate::pages::moderation::{POLICY_BACK_MS, read_draft};
use crate::state::Console;

/// The policy in force.
#[derive(Serialize, ToSchema)]
pub(crate) struct PolicyInForce {
    /// Its version.
    version: u32,
    /// The file that it was read from; `null` for the built-in policy, which cannot be written.
    file: Option<String>,
    /// Its text, TOML.
    text: String,
    /// Stands for the text: another one after each change.
    seen: String,
    /// The rules that decided in the last seven days, most often first.
    decided: Vec<RuleInForce>,
}

/// A rule that decided.
#[derive(Serialize, ToSchema)]
pub(crate) struct RuleInForce {
    /// Its id.
    rule: String,
    /// Its title.
    title: String,
    /// In how many cases.
    cases: i64,
}

/// A draft of the policy.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyDraft {
    /// Its text, TOML. It may import what the policy in force imports, and shipped policies.
    text: String,
}

/// A policy to be put in force.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyToWrite {
    /// Its text, TOML, with a higher version than the one in force.
    text: String,
    /// `seen` of the policy that the change was made from.
    seen: String,
}

/// What a draft comes to.
#[derive(Serialize, ToSchema)]
pub(crate) struct TriedPolicy {
    /// What is wrong with it; where anything is, it was not tried.
    faults: Vec<Remark>,
    /// What is odd about it though it can be used.
    oddities: Vec<Remark>,
    /// What it would have done; `null` where something is wrong with it.
    trial: Option<PolicyTrial>,
}

/// Something that is to be said of a place.
#[derive(Serialize, ToSchema)]
pub(crate) struct Remark {
    /// The imported policy that it is in; `null` for the draft itself.
    file: Option<String>,
    /// The line, from 1.
    line: usize,
    /// The column, from 1, characters.
    column: usize,
    /// What is to be said.
    words: String,
}

/// What a draft would have done with the messages of the last seven days.
#[derive(Serialize, ToSchema)]
pub(crate) struct PolicyTrial {
    /// From when on messages were looked at, unix milliseconds.
    since_ms: i64,
    /// On how many messages it was tried.
    messages: u32,
    /// When the first of them was written, if there were more before it, unix milliseconds.
    cut_at_ms: Option<i64>,
    /// What the policy in force makes of them.
    today: Outcomes,
    /// What the draft makes of them.
    draft: Outcomes,
    /// In how many messages each rule speaks, those that differ most first.
    rules: Vec<RuleTried>,
    /// The messages of which the draft makes something else.
    changes: Vec<PolicyChange>,
}

/// What becomes of messages.
#[derive(Serialize, ToSchema)]
pub(crate) struct Outcomes {
    /// In so many nothing is found.
    pass: u32,
    /// So many are shown to a moderator.
    flag: u32,
    /// On so many the bot acts.
    act: u32,
}

/// In how many messages a rule speaks.
#[derive(Serialize, ToSchema)]
pub(crate) struct RuleTried {
    /// Its title.
    title: String,
    /// Whether it only looks on.
    shadow: bool,
    /// By the policy in force.
    today: u32,
    /// By the draft.
    draft: u32,
}

/// Messages of which the draft makes the same other thing.
#[derive(Serialize, ToSchema)]
pub(crate) struct PolicyChange {
    /// `pass`, `flag` or `act` by the policy in force.
    today: &'static str,
    /// The same by the draft.
    draft: &'static str,
    /// How many.
    count: u32,
    /// The latest of them, the latest first.
    latest: Vec<ChangedMessage>,
}

/// A message of which the draft makes something else.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChangedMessage {
    /// The group.
    group: String,
    /// Who wrote it.
    name: String,
    /// When, unix milliseconds.
    at_ms: i64,
    /// What it says.
    text: String,
    /// The titles of the rules that speak against it.
    rules: Vec<String>,
}

/// The policy in force.
#[utoipa::path(get, path = "/policy", responses((status = 200, body = PolicyInForce), Problems))]
pub(crate) async fn in_force(
    State(console): State<Console>,
    caller: Caller,
) -> Result<Json<PolicyInForce>, Problem> {
    caller.may(Permission::ReadCases)?;
    let mut tx = console.hall.db.read().await?;
    Ok(Json(PolicyInForce::of(&console.hall, &mut tx).await?))
}

/// What is wrong with a draft or, if nothing is, what it would have done in the last seven days. Nothing changes, and nothing is
/// noted: it is tried anew each time.
#[utoipa::path(
    post,
    path = "/policy/try",
    params(Keyed),
    request_body = PolicyDraft,
    responses((status = 200, body = TriedPolicy), Problems, WriteProblems)
)]
pub(crate) async fn tried(
    State(console): State<Console>,
    write: Write<PolicyDraft>,
) -> Result<Json<TriedPolicy>, Problem> {
    write.by(Permission::Moderate)?;
    let read = match read_draft(&console, write.body.text).await? {
        Ok(read) => read,
        Err(faults) => {
            let faults = faults.iter().map(|fault| Remark::of(&console.hall, fault)).collect();
            return Ok(Json(TriedPolicy { faults, oddities: Vec::new(), trial: None }));
        }
    };
    let now_ms = console.hall.now_ms();
    let oddities = oddities(&read, now_ms);
    let trial = rehearse(&console.hall, read.policy, now_ms - POLICY_BACK_MS).await;
    let trial = trial.map_err(|error| Stop::from(error).problem(&console))?;
    Ok(Json(TriedPolicy { faults: Vec::new(), oddities, trial: Some(trial.into()) }))
}

/// Writes a policy into the file of the one in force, and puts it in force.
#[utoipa::path(
    put,
    path = "/policy",
    params(Keyed),
    request_body = PolicyToWrite,
    responses((status = 200, body = PolicyInForce), Problems, WriteProblems)
)]
pub(crate) async fn put(
    State(console): State<Console>,
    write: Write<PolicyToWrite>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::Administer)?;
    // A file is no part of a commit: that it was written is noted right behind it.
    if let Some(given) = write.given(&console).await? {
        return Ok(given);
    }
    let read = read_draft(&console, write.body.text.clone()).await?.map_err(|faults| {
        let said = faults.iter().map(|fault| {
            let words = Remark::of(&console.hall, fault);
            let file = words.file.map(|file| format!("{file}, ")).unwrap_or_default();
            format!("{file}line {}, column {}: {}", words.line, words.column, words.words)
        });
        Problem::wrong(said.collect::<Vec<_>>().join("\n"))
    })?;
    let saved = save_policy(&console.hall, &by, read, write.body.seen.clone()).await;
    saved.map_err(|error| Stop::from(error).problem(&console))?;
    let step = async |mut work: Work| {
        let hall = std::sync::Arc::clone(&work.hall);
        let now = PolicyInForce::of(&hall, work.tx().await?).await?;
        Ok::<_, Stop>((work, (StatusCode::OK, now)))
    };
    write.once(&console, step).await
}

fn oddities(read: &SourcedPolicy, now_ms: i64) -> Vec<Remark> {
    let remark = |one: bot_core::features::moderation::PolicyFinding| Remark {
        words: format!("{} {}", one.rule, one.kind),
        file: one.at.file,
        line: one.at.line,
        column: one.at.column,
    };
    read.oddities(now_ms).into_iter().map(remark).collect()
}

impl PolicyInForce {
    async fn of(hall: &Hall, tx: &mut Tx) -> Result<Self, StoreError> {
        let (engine, source) = hall.policy.with_source();
        let now_ms = hall.now_ms();
        let decided = report::rules(tx, now_ms - POLICY_BACK_MS, now_ms + 1).await?;
        let rule = |one: report::OfRule| {
            let rule = one.rule?;
            Some(RuleInForce { title: engine.policy().title_of(&rule).en, rule, cases: one.cases })
        };
        Ok(Self {
            version: engine.policy().version(),
            file: source.file.as_ref().map(|file| file.display().to_string()),
            seen: sha256(&source.text),
            text: source.text.clone(),
            decided: decided.into_iter().filter_map(rule).collect(),
        })
    }
}

impl Remark {
    fn of(hall: &Hall, fault: &PolicyFault) -> Self {
        Self {
            file: fault.file.clone(),
            line: fault.line,
            column: fault.column,
            words: hall.texts.say(Lang::En, &fault_text(&fault.kind)),
        }
    }
}

impl From<Rehearsal> for PolicyTrial {
    fn from(tried: Rehearsal) -> Self {
        let rules = tried.rules.into_iter().map(|rule| RuleTried {
            title: rule.title.en,
            shadow: rule.shadow,
            today: rule.today,
            draft: rule.draft,
        });
        Self {
            since_ms: tried.since_ms,
            messages: tried.messages,
            cut_at_ms: tried.cut_at_ms,
            today: tried.today.into(),
            draft: tried.draft.into(),
            rules: rules.collect(),
            changes: tried.changes.into_iter().map(PolicyChange::from).collect(),
        }
    }
}

impl From<Tally> for Outcomes {
    fn from(Tally { pass, flag, act }: Tally) -> Self {
        Self { pass, flag, act }
    }
}

impl From<Change> for PolicyChange {
    fn from(change: Change) -> Self {
        let word = |outcome| match outcome {
            Outcome::Pass => "pass",
            Outcome::Flag => "flag",
            Outcome::Act => "act",
        };
        Self {
            today: word(change.today),
            draft: word(change.draft),
            count: change.count,
            latest: change.shown.into_iter().map(ChangedMessage::from).collect(),
        }
    }
}

impl From<Changed> for ChangedMessage {
    fn from(one: Changed) -> Self {
        Self {
            group: one.group,
            name: one.name,
            at_ms: one.at_ms,
            text: one.words.text,
            rules: one.rules.into_iter().map(|title| title.en).collect(),
        }
    }
}
