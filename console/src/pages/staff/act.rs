//! What an admin does about somebody: ways in, roles, and the end of their work here.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use bot_core::error::FeatureError;
use bot_core::features::people;
use bot_core::ids::{RowId, StaffId};
use bot_core::store::session as store;
use bot_core::text;
use bot_core::texts::Text;
use bot_core::work::Work;

use super::{OnePage, roles_of, shown, value};
use crate::asked::Form;
use crate::fault::Fault;
use crate::frame::page;
use crate::reader::Reader;
use crate::session::{reset_second_factor, sign_in_link};
use crate::state::Console;

/// `POST /staff/{id}/act`.
pub(super) async fn act(
    State(console): State<Console>,
    reader: Reader,
    Path(id): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Fault> {
    let id = StaffId::from(id);
    let by = &reader.staff().ok_or(Fault::Nobody)?.id;
    if console.hall.roster.load().get(&id).is_none() {
        return Err(Fault::NotFound);
    }
    let done = match value(&fields, "do") {
        "link" => return link(&console, &reader, by, &id).await,
        "code" => return link_code(&console, &reader, by, &id).await,
        "sessions" => end_sessions(&console, by, &id).await,
        "second-factor" => drop_second_factor(&console, by, &id).await,
        "password" => drop_password(&console, by, &id).await,
        "token" => revoke(&console, by, &id, value(&fields, "token")).await,
        "roles" => {
            let step = async |mut work: Work| {
                people::change_roles(&mut work, Some(by), &id, roles_of(&fields)).await?;
                Ok((work, ()))
            };
            console.hall.in_one_commit(step).await.map(|()| Text::new("console-staff-done-roles"))
        }
        "unlink" => {
            let step = async |mut work: Work| {
                people::unlink(&mut work, Some(by), &id).await?;
                Ok((work, ()))
            };
            console.hall.in_one_commit(step).await.map(|()| Text::new("console-staff-done-unlink"))
        }
        "dismiss" => return dismiss(&console, &reader, by, &id).await,
        _ => return Err(Fault::Unreadable),
    };
    let mut one = shown(&console, &reader, &id).await?;
    match done {
        Ok(done) => one.done = Some(one.f.say(&done)),
        Err(FeatureError::User(why)) => return refused(one, &why.0),
        Err(other) => return Err(other.into()),
    }
    page(&one)
}

fn refused(mut one: OnePage, why: &Text) -> Result<Response, Fault> {
    one.said = one.f.say(why);
    let mut response = page(&one)?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// A link with which they sign in, shown once.
async fn link(console: &Console, reader: &Reader, by: &StaffId, id: &StaffId) -> Result<Response, Fault> {
    let lives_ms = console.settings.link_ms;
    let link = sign_in_link(&console.hall, Some(by), id, lives_ms).await?;
    let mut one = shown(console, reader, id).await?;
    let span = one.f.span(lives_ms);
    one.fresh = Some((one.f.say(&text!("console-staff-link", name = &one.row.name, span = span)), link));
    page(&one)
}

/// A code with which they link a chat identity, shown once.
async fn link_code(
    console: &Console,
    reader: &Reader,
    by: &StaffId,
    id: &StaffId,
) -> Result<Response, Fault> {
    let step = async |mut work: Work| {
        let code = people::make_link_code(&mut work, Some(by), id).await?;
        Ok((work, code))
    };
    let code = console.hall.in_one_commit(step).await?;
    let mut one = shown(console, reader, id).await?;
    one.fresh = Some((one.f.t1("console-staff-code", "name", &one.row.name), format!("/link {code}")));
    page(&one)
}

async fn end_sessions(console: &Console, by: &StaffId, id: &StaffId) -> Result<Text, FeatureError> {
    let step = async |mut work: Work| {
        sign_out_everywhere(&mut work, by, id).await?;
        Ok((work, ()))
    };
    console.hall.in_one_commit(step).await?;
    Ok(Text::new("console-staff-done-sessions"))
}

/// Ends all sessions of somebody.
pub(crate) async fn sign_out_everywhere(
    work: &mut Work,
    by: &StaffId,
    id: &StaffId,
) -> Result<(), FeatureError> {
    let n = store::remove_all(work.tx().await?, id, None).await?;
    Ok(work.audit_staff(by, "session.end_all", id, Some(n.to_string())).await?)
}

/// One's own is switched off on one's own page, with a code: a session alone must not do it.
async fn drop_second_factor(console: &Console, by: &StaffId, id: &StaffId) -> Result<Text, FeatureError> {
    if by == id {
        return Err(Text::new("console-staff-own-second-factor").into());
    }
    reset_second_factor(&console.hall, Some(by), id).await?;
    Ok(Text::new("console-staff-done-second-factor"))
}

async fn drop_password(console: &Console, by: &StaffId, id: &StaffId) -> Result<Text, FeatureError> {
    let step = async |mut work: Work| {
        take_password(&mut work, by, id).await?;
        Ok((work, ()))
    };
    console.hall.in_one_commit(step).await?;
    Ok(Text::new("console-staff-done-password"))
}

/// Takes somebody's password away.
pub(crate) async fn take_password(work: &mut Work, by: &StaffId, id: &StaffId) -> Result<(), FeatureError> {
    if by == id {
        return Err(Text::new("console-staff-own-password").into());
    }
    if store::drop_password(work.tx().await?, id).await? {
        work.audit_staff(by, "password.drop", id, None).await?;
    }
    Ok(())
}

async fn revoke(console: &Console, by: &StaffId, id: &StaffId, token: &str) -> Result<Text, FeatureError> {
    let token = RowId::from(token);
    let step = async |mut work: Work| {
        revoke_token(&mut work, by, id, &token).await?;
        Ok((work, ()))
    };
    console.hall.in_one_commit(step).await?;
    Ok(Text::new("console-account-done-token"))
}

/// Takes a token of somebody back. False when it is none of theirs or was taken back before.
pub(crate) async fn revoke_token(
    work: &mut Work,
    by: &StaffId,
    id: &StaffId,
    token: &RowId,
) -> Result<bool, FeatureError> {
    let now_ms = work.now_ms;
    let is_revoked = store::revoke_token(work.tx().await?, token, id, now_ms).await?;
    if is_revoked {
        work.audit_staff(by, "token.revoke", token, None).await?;
    }
    Ok(is_revoked)
}

/// The end of their work here; what they did stays theirs.
async fn dismiss(console: &Console, reader: &Reader, by: &StaffId, id: &StaffId) -> Result<Response, Fault> {
    let step = async |mut work: Work| {
        people::dismiss(&mut work, Some(by), id).await?;
        Ok((work, ()))
    };
    match console.hall.in_one_commit(step).await {
        Ok(()) => Ok(Redirect::to("/staff").into_response()),
        Err(FeatureError::User(why)) => refused(shown(console, reader, id).await?, &why.0),
        Err(other) => Err(other.into()),
    }
}
