//! Who calls: tokens, and what they may do.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use bot_core::chat::Lang;
use bot_core::error::FeatureError;
use bot_core::hall::Hall;
use bot_core::ids::{RowId, StaffId};
use bot_core::roster::{Permission, Staff};
use bot_core::store::StoreError;
use bot_core::store::session::{self, ApiToken};
use bot_core::work::Work;

use super::problem::Problem;
use super::write::writes;
use crate::secret;
use crate::state::Console;
use crate::view::View;

/// What tokens begin with, so that scanners for leaked secrets can find them.
const PREFIX: &str = "guildhall_";

/// How exactly it is kept when a token was last used, milliseconds: a write a minute, not one a request.
const USED_EVERY_MS: i64 = 60_000;

/// A program that shows a good token.
pub(crate) struct Caller {
    token: RowId,
    staff: Staff,
    permissions: Vec<Permission>,
}

impl Caller {
    /// The token that it shows.
    pub(crate) fn token(&self) -> &RowId {
        &self.token
    }

    /// The owner, if both they and the token may do this.
    pub(crate) fn may(&self, permission: Permission) -> Result<&Staff, Problem> {
        if self.has(permission) {
            return Ok(&self.staff);
        }
        let right = serde_json::to_value(permission).ok();
        Err(Problem::not_allowed(right.as_ref().and_then(|right| right.as_str()).unwrap_or("unknown")))
    }

    fn has(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission) && self.staff.may(permission)
    }

    /// What it may see, in the API's language.
    pub(crate) fn view(&self, console: &Console) -> View {
        View::new(&console.hall, Lang::En, |permission| self.has(permission))
    }
}

impl FromRequestParts<Console> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Problem> {
        call(parts, console).await
    }
}

/// Takes a call: who makes it, if they may call now.
pub(super) async fn call(parts: &mut Parts, console: &Console) -> Result<Caller, Problem> {
    let shown = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (id, secret) = shown
        .and_then(|value| value.strip_prefix("Bearer "))
        .and_then(|token| token.trim().strip_prefix(PREFIX))
        .and_then(|token| token.split_once('_'))
        .ok_or_else(Problem::no_token)?;
    let mut tx = console.hall.db.read().await?;
    let token = session::token(&mut tx, &RowId::from(id)).await?;
    drop(tx);
    let now_ms = console.hall.now_ms();
    let good = |token: &ApiToken| {
        secret::same(&token.digest, &secret::digest(secret))
            && token.revoked_at_ms.is_none()
            && token.expires_at_ms.is_none_or(|expires_at_ms| now_ms < expires_at_ms)
    };
    let token = token.filter(good).ok_or_else(Problem::no_token)?;
    let staff = console.hall.roster.load().get(&token.staff).cloned().ok_or_else(Problem::no_token)?;
    let limits = console.settings.api_limits;
    console.pace.take(now_ms, &token.id, writes(&parts.method), limits).map_err(Problem::too_often)?;
    note_used(console, &token, now_ms).await?;
    Ok(Caller { token: token.id, staff, permissions: token.permissions })
}

/// Makes a token for the JSON API that belongs to a staff member and may do these things, as far as its owner
/// may. It is shown once and not kept; `expires_at_ms` is in unix milliseconds. It counts as made at the command line.
///
/// # Errors
/// When the database fails, or there is no such staff member.
pub async fn new_api_token(
    hall: &Arc<Hall>,
    staff: &StaffId,
    name: &str,
    permissions: &[Permission],
    expires_at_ms: Option<i64>,
) -> Result<String, FeatureError> {
    let step = async |mut work: Work| {
        let token = make_token(&mut work, None, staff, name, permissions, expires_at_ms).await?;
        Ok((work, token))
    };
    hall.in_one_commit(step).await
}

/// The same within a piece of work. `by` is `None` from the command line.
pub(crate) async fn make_token(
    work: &mut Work,
    by: Option<&StaffId>,
    staff: &StaffId,
    name: &str,
    permissions: &[Permission],
    expires_at_ms: Option<i64>,
) -> Result<String, FeatureError> {
    let (id, secret): (RowId, String) = (work.hall.ids.next(), secret::new(&work.hall));
    let token = ApiToken {
        id: id.clone(),
        digest: secret::digest(&secret),
        staff: staff.clone(),
        name: name.to_owned(),
        permissions: permissions.to_vec(),
        created_at_ms: work.now_ms,
        expires_at_ms,
        revoked_at_ms: None,
        used_at_ms: None,
    };
    session::add_token(work.tx().await?, &token).await?;
    work.audit_by(by, "token.make", &id, Some(name.to_owned())).await?;
    Ok(format!("{PREFIX}{id}_{secret}"))
}

/// Remembers that a token is in use.
async fn note_used(console: &Console, token: &ApiToken, now_ms: i64) -> Result<(), StoreError> {
    if now_ms - token.used_at_ms.unwrap_or_default() < USED_EVERY_MS {
        return Ok(());
    }
    let mut tx = console.hall.db.write().await?;
    let noted = match session::token_used(&mut tx, &token.id, now_ms).await {
        Ok(()) => tx.commit().await,
        failed => failed,
    };
    match noted {
        // Another request of the same token has just noted it.
        Err(StoreError::Conflict(_)) => Ok(()),
        noted => noted,
    }
}
