//! One's own account: the password, the second factor, where one is signed in, and tokens for programs.

mod password;
mod second_factor;
mod session;
pub(super) mod token;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use bot_core::store::session as store;
use bot_core::texts::Text;
use serde::Deserialize;

use self::session::SessionRow;
use self::token::{Right, TokenRow};
use super::Page;
use crate::asked::Query;
use crate::fault::Fault;
use crate::frame::{Frame, Moment, page};
use crate::guard::Need;
use crate::reader::{Reader, Signed};
use crate::state::Console;

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::new("/account", Need::Staff, get(show)),
        Page::new("/account/password", Need::Staff, post(password::set)),
        Page::new("/account/second-factor", Need::Staff, get(second_factor::set_up).post(second_factor::act)),
        Page::new("/account/sessions", Need::Staff, post(session::end)),
        Page::new("/account/tokens", Need::Staff, post(token::make)),
        Page::new("/account/tokens/{id}/revoke", Need::Staff, post(token::revoke)),
    ]
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    f: Frame,
    name: String,
    id: String,
    roles: String,
    /// When the password was set, if there is one.
    password: Option<Moment>,
    /// Since when codes are asked for.
    second_factor: Option<Moment>,
    recovery_left: i64,
    must_have_second_factor: bool,
    sessions: Vec<SessionRow>,
    tokens: Vec<TokenRow>,
    rights: Vec<Right>,
    label: String,
    /// A token that was just made.
    fresh: Option<String>,
    /// What went wrong, and in which part.
    said: (&'static str, String),
    /// What was done.
    done: Option<String>,
}

/// What became of the page before.
#[derive(Deserialize)]
struct After {
    #[serde(default)]
    done: String,
}

/// `GET /account`.
async fn show(
    State(console): State<Console>,
    reader: Reader,
    Query(after): Query<After>,
) -> Result<Response, Fault> {
    let mut account = account(&console, &reader).await?;
    account.done = done_text(&after.done).map(|text| account.f.say(&text));
    page(&account)
}

/// What the page says of a thing that was done.
fn done_text(done: &str) -> Option<Text> {
    Some(match done {
        "password" => Text::new("console-account-done-password"),
        "second-factor-off" => Text::new("console-account-done-second-factor-off"),
        "session" => Text::new("console-account-done-session"),
        "sessions" => Text::new("console-account-done-sessions"),
        "token" => Text::new("console-account-done-token"),
        _ => return None,
    })
}

/// Who asks. A page of an account needs them.
fn signed(reader: &Reader) -> Result<&Signed, Fault> {
    reader.signed.as_deref().ok_or(Fault::Nobody)
}

/// The page as things stand.
async fn account(console: &Console, reader: &Reader) -> Result<AccountPage, Fault> {
    let signed = signed(reader)?;
    let staff = &signed.staff;
    let title = console.hall.texts.say(reader.lang, &Text::new("console-account-own"));
    let f = Frame::new(console, reader, "", title);
    let now_ms = console.hall.now_ms();
    let mut tx = console.hall.db.read().await?;
    let password = store::password(&mut tx, &staff.id).await?;
    let factor = store::second_factor(&mut tx, &staff.id).await?;
    let recovery_left = store::recovery_codes_left(&mut tx, &staff.id).await?;
    let sessions = session::rows(console, &f, &mut tx, signed).await?;
    let tokens = store::tokens_of(&mut tx, &staff.id, now_ms).await?;
    drop(tx);
    let roles: Vec<String> = staff.roles.iter().map(|role| f.say(&role.text())).collect();
    let standing = factor.and_then(|factor| factor.confirmed_at_ms);
    Ok(AccountPage {
        name: staff.name.clone(),
        id: staff.id.to_string(),
        roles: roles.join(", "),
        password: password.map(|password| f.moment(password.set_at_ms)),
        second_factor: standing.map(|since_ms| f.moment(since_ms)),
        recovery_left,
        must_have_second_factor: console.settings.wants_second_factor(staff),
        sessions,
        tokens: tokens.iter().map(|token| token::row(&f, token)).collect(),
        rights: token::rights(&f, staff, &[]),
        label: String::new(),
        fresh: None,
        said: ("", String::new()),
        done: None,
        f,
    })
}

/// The page with a sentence at the part where something went wrong.
async fn refused(
    console: &Console,
    reader: &Reader,
    part: &'static str,
    why: &Text,
) -> Result<Response, Fault> {
    let mut account = account(console, reader).await?;
    account.said = (part, account.f.say(why));
    with_status(StatusCode::UNPROCESSABLE_ENTITY, &account)
}

fn with_status(status: StatusCode, template: &impl Template) -> Result<Response, Fault> {
    let mut response = page(template)?;
    *response.status_mut() = status;
    Ok(response)
}
