//! Buttons and forms that wait for somebody.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::Value;
use sqlx::FromRow;

use super::{StoreError, Tx, execute, on};
use crate::chat::{Field, ThreadKey};
use crate::ids::{ChatId, UserId};

/// A button that waits to be pressed.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredButton {
    /// Comes back with the press.
    pub handle: String,
    /// The feature's name.
    pub feature: String,
    /// What it does.
    pub verb: String,
    /// What to do it with.
    pub payload: Value,
    /// The only one who may press it; `None` for everybody.
    pub for_user: Option<UserId>,
    /// No longer good after this, unix milliseconds.
    pub expires_at_ms: Option<i64>,
}

/// A form that waits to be filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredForm {
    /// Comes back with the answers.
    pub handle: String,
    /// The feature's name.
    pub feature: String,
    /// The form's name.
    pub name: String,
    /// What to do it with.
    pub payload: Value,
    /// Where.
    pub chat: ChatId,
    /// In which thread.
    pub thread: Option<ThreadKey>,
    /// By whom.
    pub user: UserId,
    /// The questions.
    pub questions: Vec<Field>,
    /// The answers so far, by field name.
    pub answers: BTreeMap<String, String>,
    /// Whether it is asked question by question, in messages.
    pub guided: bool,
    /// The question that is asked now, when guided.
    pub step: usize,
    /// No longer good after this, unix milliseconds.
    pub expires_at_ms: i64,
}

#[derive(FromRow)]
struct ButtonRow {
    handle: String,
    feature: String,
    verb: String,
    payload: String,
    for_user: Option<UserId>,
    expires_at_ms: Option<i64>,
}

#[derive(FromRow)]
struct FormRow {
    handle: String,
    feature: String,
    name: String,
    payload: String,
    chat: ChatId,
    thread: Option<ThreadKey>,
    chat_user: UserId,
    questions: String,
    answers: String,
    guided: bool,
    step: i64,
    expires_at_ms: i64,
}

macro_rules! form_sql {
    ($rest:literal) => {
        concat!("SELECT handle, feature, name, payload, chat, thread, chat_user, questions, answers, guided, step, expires_at_ms FROM form ", $rest)
    };
}

const ADD_BUTTON: &str = "INSERT INTO button (handle, feature, verb, payload, for_user, expires_at_ms) VALUES ($1, $2, $3, $4, $5, $6)";
const BUTTON: &str =
    "SELECT handle, feature, verb, payload, for_user, expires_at_ms FROM button WHERE handle = $1";
const PUT_FORM: &str = "INSERT INTO form (handle, feature, name, payload, chat, thread, chat_user, questions, answers, guided, step, expires_at_ms) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
    ON CONFLICT (handle) DO UPDATE SET answers = excluded.answers, step = excluded.step, expires_at_ms = excluded.expires_at_ms";
const FORM: &str = form_sql!("WHERE handle = $1");
const GUIDED: &str = form_sql!("WHERE chat = $1 AND chat_user = $2 AND guided");
const ALL_GUIDED: &str = "SELECT chat, chat_user FROM form WHERE guided";
const REMOVE_FORM: &str = "DELETE FROM form WHERE handle = $1";
const EXPIRE_FORMS: &str = "DELETE FROM form WHERE expires_at_ms <= $1";
const EXPIRE_BUTTONS: &str = "DELETE FROM button WHERE expires_at_ms <= $1";

fn unreadable(error: serde_json::Error) -> StoreError {
    StoreError::unreadable("form", error)
}

impl TryFrom<FormRow> for StoredForm {
    type Error = StoreError;

    fn try_from(row: FormRow) -> Result<Self, StoreError> {
        Ok(Self {
            payload: serde_json::from_str(&row.payload).map_err(unreadable)?,
            questions: serde_json::from_str(&row.questions).map_err(unreadable)?,
            answers: serde_json::from_str(&row.answers).map_err(unreadable)?,
            step: usize::try_from(row.step).unwrap_or(0),
            handle: row.handle,
            feature: row.feature,
            name: row.name,
            chat: row.chat,
            thread: row.thread,
            user: row.chat_user,
            guided: row.guided,
            expires_at_ms: row.expires_at_ms,
        })
    }
}

/// Keeps a button.
///
/// # Errors
/// When the database fails.
pub async fn add_button(tx: &mut Tx, button: &StoredButton) -> Result<(), StoreError> {
    let payload = button.payload.to_string();
    execute!(
        tx,
        sqlx::query(ADD_BUTTON)
            .bind(&button.handle)
            .bind(&button.feature)
            .bind(&button.verb)
            .bind(&payload)
            .bind(&button.for_user)
            .bind(button.expires_at_ms)
    )
    .map(|_| ())
}

/// A button by its handle.
///
/// # Errors
/// When the database fails.
pub async fn button(tx: &mut Tx, handle: &str) -> Result<Option<StoredButton>, StoreError> {
    let row: Option<ButtonRow> = on!(tx, |c| sqlx::query_as(BUTTON).bind(handle).fetch_optional(c))?;
    row.map(|row| {
        Ok(StoredButton {
            payload: serde_json::from_str(&row.payload).map_err(unreadable)?,
            handle: row.handle,
            feature: row.feature,
            verb: row.verb,
            for_user: row.for_user,
            expires_at_ms: row.expires_at_ms,
        })
    })
    .transpose()
}

/// Keeps a form, or how far it has come.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, form: &StoredForm) -> Result<(), StoreError> {
    let questions = serde_json::to_string(&form.questions).map_err(unreadable)?;
    let answers = serde_json::to_string(&form.answers).map_err(unreadable)?;
    let payload = form.payload.to_string();
    let step = i64::try_from(form.step).unwrap_or(i64::MAX);
    execute!(
        tx,
        sqlx::query(PUT_FORM)
            .bind(&form.handle)
            .bind(&form.feature)
            .bind(&form.name)
            .bind(&payload)
            .bind(&form.chat)
            .bind(&form.thread)
            .bind(&form.user)
            .bind(&questions)
            .bind(&answers)
            .bind(form.guided)
            .bind(step)
            .bind(form.expires_at_ms)
    )
    .map(|_| ())
}

/// A form by its handle.
///
/// # Errors
/// When the database fails.
pub async fn get(tx: &mut Tx, handle: &str) -> Result<Option<StoredForm>, StoreError> {
    let row: Option<FormRow> = on!(tx, |c| sqlx::query_as(FORM).bind(handle).fetch_optional(c))?;
    row.map(StoredForm::try_from).transpose()
}

/// The form that a user is asked through, question by question, in a chat.
///
/// # Errors
/// When the database fails.
pub async fn guided(tx: &mut Tx, chat: &ChatId, user: &UserId) -> Result<Option<StoredForm>, StoreError> {
    let row: Option<FormRow> = on!(tx, |c| sqlx::query_as(GUIDED).bind(chat).bind(user).fetch_optional(c))?;
    row.map(StoredForm::try_from).transpose()
}

/// Who is asked through a form, and where.
///
/// # Errors
/// When the database fails.
pub async fn all_guided(tx: &mut Tx) -> Result<Vec<(ChatId, UserId)>, StoreError> {
    on!(tx, |c| sqlx::query_as(ALL_GUIDED).fetch_all(c))
}

/// Takes a form away.
///
/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut Tx, handle: &str) -> Result<(), StoreError> {
    execute!(tx, sqlx::query(REMOVE_FORM).bind(handle)).map(|_| ())
}

/// Takes away what is no longer good.
///
/// # Errors
/// When the database fails.
pub async fn expire(tx: &mut Tx, now_ms: i64) -> Result<u64, StoreError> {
    let forms = execute!(tx, sqlx::query(EXPIRE_FORMS).bind(now_ms))?;
    let buttons = execute!(tx, sqlx::query(EXPIRE_BUTTONS).bind(now_ms))?;
    Ok(forms + buttons)
}
