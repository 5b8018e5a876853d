//! Cases.

use moderation::{Explanation, Offence};
use sqlx::FromRow;

use super::stored_word;
use crate::chat::{MessageKey, ThreadKey};
use crate::ids::{CaseNo, ChatId, PersonId, StaffId, UserId};
use crate::store::{StoreError, Tx, execute, on};

stored_word! {
    /// How a case stands.
    CaseState, "case state" {
        /// A rule found something that a moderator should look at.
        Flagged = "flagged",
        /// It is an offence and counts on the ladder.
        Stands = "stands",
        /// A moderator looked and found nothing in it.
        Dismissed = "dismissed",
        /// It was taken back and does not count.
        Undone = "undone",
    }
}

stored_word! {
    /// What became of the message.
    Removal, "removal" {
        /// It was left where it is, or there was none.
        None = "none",
        /// The platform was asked to delete it.
        Requested = "requested",
        /// It is gone.
        Removed = "removed",
        /// The platform refused to delete it.
        Refused = "refused",
    }
}

stored_word! {
    /// Whether the person was told.
    Notice, "notice" {
        /// There is nothing to tell.
        None = "none",
        /// They are told once the platform has said what became of the sanction.
        Due = "due",
        /// It went out to their private chat.
        Private = "private",
        /// It arrived in their private chat.
        Told = "told",
        /// One line was said in the group.
        Group = "group",
        /// There was no way to tell them.
        Lost = "lost",
    }
}

/// A case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its number.
    pub no: CaseNo,
    /// Where it happened; `None` when staff acted from the staff chat.
    pub chat: Option<ChatId>,
    /// Whose it is.
    pub user: UserId,
    /// Who opened it; `None` for the bot.
    pub by: Option<StaffId>,
    /// How it stands.
    pub state: CaseState,
    /// What it weighs on the ladder.
    pub points: u32,
    /// The gravest rule that was broken.
    pub rule: Option<String>,
    /// The version of the policy that was in force.
    pub policy_version: Option<u32>,
    /// Rules, exact characters and the step of the ladder.
    pub explanation: Option<Explanation>,
    /// The message that it is about.
    pub message: Option<MessageKey>,
    /// The thread of that message.
    pub thread: Option<ThreadKey>,
    /// The text of that message as it was judged.
    pub message_text: Option<String>,
    /// What staff gave as the reason.
    pub reason: Option<String>,
    /// What became of the message.
    pub removal: Removal,
    /// Whether the person was told.
    pub notice: Notice,
    /// When, unix milliseconds.
    pub at_ms: i64,
    /// Who upheld, dismissed or undid it.
    pub decided_by: Option<StaffId>,
    /// When they did, unix milliseconds.
    pub decided_at_ms: Option<i64>,
}

impl Case {
    /// A case that waits for a moderator, found by nobody yet: of one point, about no message and by no rule.
    pub fn flagged(no: CaseNo, chat: &ChatId, user: &UserId, at_ms: i64) -> Self {
        Self {
            no,
            chat: Some(chat.clone()),
            user: user.clone(),
            by: None,
            state: CaseState::Flagged,
            points: 1,
            rule: None,
            policy_version: None,
            explanation: None,
            message: None,
            thread: None,
            message_text: None,
            reason: None,
            removal: Removal::None,
            notice: Notice::None,
            at_ms,
            decided_by: None,
            decided_at_ms: None,
        }
    }
}

impl Case {
    /// The bytes of the message text that broke rules, in order, those that touch taken together.
    pub fn spans_utf8(&self) -> Vec<(usize, usize)> {
        self.explanation.as_ref().map(spans_utf8).unwrap_or_default()
    }
}

/// The bytes of a message's text that break rules, in order, those that touch taken together.
pub fn spans_utf8(explanation: &Explanation) -> Vec<(usize, usize)> {
    let mut spans: Vec<(usize, usize)> = explanation
        .rules
        .iter()
        // What speaks for a message is no proof, and what was found in a name does not stand in the text.
        .filter(|rule| rule.score >= 0 && !rule.shadow)
        .flat_map(|rule| &rule.evidence)
        .filter(|evidence| !evidence.in_name)
        .flat_map(|evidence| evidence.spans.iter().map(|span| (span.start, span.end)))
        .collect();
    spans.sort_unstable();
    let mut merged: Vec<(usize, usize)> = Vec::new();
    for (start, end) in spans {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}

#[derive(FromRow)]
pub(super) struct CaseRow {
    no: CaseNo,
    chat: Option<ChatId>,
    chat_user: UserId,
    by_staff: Option<StaffId>,
    state: String,
    points: i64,
    rule: Option<String>,
    policy_version: Option<i64>,
    explanation: Option<String>,
    message_key: Option<MessageKey>,
    thread: Option<ThreadKey>,
    message_text: Option<String>,
    reason: Option<String>,
    removal: String,
    notice: String,
    at_ms: i64,
    decided_by: Option<StaffId>,
    decided_at_ms: Option<i64>,
}

impl TryFrom<CaseRow> for Case {
    type Error = StoreError;

    fn try_from(row: CaseRow) -> Result<Self, StoreError> {
        Ok(Self {
            state: CaseState::from_word(&row.state)?,
            removal: Removal::from_word(&row.removal)?,
            notice: Notice::from_word(&row.notice)?,
            points: u32::try_from(row.points).map_err(|error| StoreError::unreadable("case", error))?,
            policy_version: row.policy_version.and_then(|version| u32::try_from(version).ok()),
            explanation: row
                .explanation
                .as_deref()
                .map(serde_json::from_str)
                .transpose()
                .map_err(|error| StoreError::unreadable("explanation", error))?,
            no: row.no,
            chat: row.chat,
            user: row.chat_user,
            by: row.by_staff,
            rule: row.rule,
            message: row.message_key,
            thread: row.thread,
            message_text: row.message_text,
            reason: row.reason,
            at_ms: row.at_ms,
            decided_by: row.decided_by,
            decided_at_ms: row.decided_at_ms,
        })
    }
}

macro_rules! case_sql {
    ($($rest:tt)*) => {
        concat!(
            "SELECT m.no, m.chat, m.chat_user, m.by_staff, m.state, m.points, m.rule, m.policy_version, m.explanation, m.message_key, ",
            "m.thread, m.message_text, m.reason, m.removal, m.notice, m.at_ms, m.decided_by, m.decided_at_ms FROM mod_case m ",
            $($rest)*
        )
    };
}

pub(super) use case_sql;

const PUT: &str = "INSERT INTO mod_case (no, chat, chat_user, by_staff, state, points, rule, policy_version, explanation, message_key, thread, \
    message_text, reason, removal, notice, at_ms, decided_by, decided_at_ms) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) \
    ON CONFLICT (no) DO UPDATE SET state = excluded.state, points = excluded.points, rule = excluded.rule, policy_version = excluded.policy_version, \
    explanation = excluded.explanation, message_text = excluded.message_text, reason = excluded.reason, removal = excluded.removal, notice = excluded.notice, \
    decided_by = excluded.decided_by, decided_at_ms = excluded.decided_at_ms";
const BY_NO: &str = case_sql!("WHERE m.no = $1");
const OF_MESSAGE: &str =
    case_sql!("WHERE m.chat = $1 AND m.message_key = $2 AND m.by_staff IS NULL ORDER BY m.no DESC LIMIT 1");
const OFFENCES: &str = "SELECT m.at_ms, m.points FROM mod_case m JOIN chat_user u ON u.id = m.chat_user \
    WHERE u.person = $1 AND m.state = 'stands' AND m.at_ms > $2 AND m.no <> $3 ORDER BY m.at_ms";
const OTHER_OFFENDERS: &str = "SELECT count(DISTINCT m.chat_user) FROM mod_case m JOIN chat_user u ON u.id = m.chat_user \
    WHERE u.person = $1 AND m.state = 'stands' AND m.at_ms > $2 AND m.chat_user <> $3";
const COUNT: &str = "SELECT count(*) FROM mod_case WHERE state = $1";
const LAST_BY_RULE: &str = "SELECT state, at_ms FROM mod_case \
    WHERE chat_user = $1 AND chat = $2 AND rule = $3 AND by_staff IS NULL ORDER BY at_ms DESC, no DESC LIMIT 1";
const FLAGGED_SINCE: &str = "SELECT count(*) FROM \
    (SELECT 1 FROM mod_case WHERE at_ms > $2 AND chat = $1 AND state = 'flagged' LIMIT $3) AS flagged";

/// Keeps a case, new or changed. Whose it is, where, and by whom it was opened never change.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, case: &Case) -> Result<(), StoreError> {
    let explanation = case
        .explanation
        .as_ref()
        .map(serde_json::to_string)
        .transpose()
        .map_err(|error| StoreError::unreadable("explanation", error))?;
    execute!(
        tx,
        sqlx::query(PUT)
            .bind(case.no)
            .bind(&case.chat)
            .bind(&case.user)
            .bind(&case.by)
            .bind(case.state.word())
            .bind(i64::from(case.points))
            .bind(&case.rule)
            .bind(case.policy_version.map(i64::from))
            .bind(&explanation)
            .bind(&case.message)
            .bind(&case.thread)
            .bind(&case.message_text)
            .bind(&case.reason)
            .bind(case.removal.word())
            .bind(case.notice.word())
            .bind(case.at_ms)
            .bind(&case.decided_by)
            .bind(case.decided_at_ms)
    )
    .map(|_| ())
}

/// A case by its number.
///
/// # Errors
/// When the database fails.
pub async fn get(tx: &mut Tx, no: CaseNo) -> Result<Option<Case>, StoreError> {
    let row: Option<CaseRow> = on!(tx, |c| sqlx::query_as(BY_NO).bind(no).fetch_optional(c))?;
    row.map(Case::try_from).transpose()
}

/// The latest case that the bot opened about a message.
///
/// # Errors
/// When the database fails.
pub async fn of_message(
    tx: &mut Tx,
    chat: &ChatId,
    message: &MessageKey,
) -> Result<Option<Case>, StoreError> {
    let row: Option<CaseRow> =
        on!(tx, |c| sqlx::query_as(OF_MESSAGE).bind(chat).bind(message).fetch_optional(c))?;
    row.map(Case::try_from).transpose()
}

/// What a person did since a time (unix milliseconds) with any of their accounts, apart from the case `but`,
/// oldest first: the offences that stand.
///
/// # Errors
/// When the database fails.
pub async fn offences(
    tx: &mut Tx,
    person: &PersonId,
    since_ms: i64,
    but: CaseNo,
) -> Result<Vec<Offence>, StoreError> {
    let rows: Vec<(i64, i64)> =
        on!(tx, |c| sqlx::query_as(OFFENCES).bind(person).bind(since_ms).bind(but).fetch_all(c))?;
    let offence = |(at_ms, points): (i64, i64)| Offence { at_ms, points: u32::try_from(points).unwrap_or(0) };
    Ok(rows.into_iter().map(offence).collect())
}

/// With how many accounts other than `user` a person offended since `since_ms`: cases that stand.
///
/// # Errors
/// When the database fails.
pub async fn other_offenders(
    tx: &mut Tx,
    person: &PersonId,
    since_ms: i64,
    user: &UserId,
) -> Result<i64, StoreError> {
    on!(tx, |c| sqlx::query_scalar(OTHER_OFFENDERS).bind(person).bind(since_ms).bind(user).fetch_one(c))
}

/// How many cases are in a state.
///
/// # Errors
/// When the database fails.
pub async fn count_in(tx: &mut Tx, state: CaseState) -> Result<i64, StoreError> {
    on!(tx, |c| sqlx::query_scalar(COUNT).bind(state.word()).fetch_one(c))
}

/// The last case that the bot opened about a user in a chat by a rule: its state, and when, unix milliseconds.
///
/// # Errors
/// When the database fails.
pub async fn last_by_rule(
    tx: &mut Tx,
    chat: &ChatId,
    user: &UserId,
    rule: &str,
) -> Result<Option<(CaseState, i64)>, StoreError> {
    let last: Option<(String, i64)> =
        on!(tx, |c| sqlx::query_as(LAST_BY_RULE).bind(user).bind(chat).bind(rule).fetch_optional(c))?;
    last.map(|(state, at_ms)| Ok((CaseState::from_word(&state)?, at_ms))).transpose()
}

/// How many cases of a chat that were opened after a time wait for a decision, counted up to `most`.
///
/// # Errors
/// When the database fails.
pub async fn flagged_since(tx: &mut Tx, chat: &ChatId, since_ms: i64, most: i64) -> Result<i64, StoreError> {
    on!(tx, |c| sqlx::query_scalar(FLAGGED_SINCE).bind(chat).bind(since_ms).bind(most).fetch_one(c))
}
