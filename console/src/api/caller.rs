//! Who calls: tokens, and what they may do.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use bot_core::hall::Hall;
use bot_core::ids::{RowId, StaffId};
use bot_core::roster::{Permission, Staff};
use bot_core::store::StoreError;
use bot_core::store::session::{self, ApiToken};

use super::problem::Problem;
use crate::secret;
use crate::state::Console;

/// What tokens begin with, so that scanners for leaked secrets can find them.
const PREFIX: &str = "guildhall_";

/// A program that shows a good token.
pub(crate) struct Caller {
    staff: Staff,
    permissions: Vec<Permission>,
}

impl Caller {
    /// The owner, if both they and the token may do this.
    pub(crate) fn may(&self, permission: Permission) -> Result<&Staff, Problem> {
        if self.permissions.contains(&permission) && self.staff.may(permission) {
            return Ok(&self.staff);
        }
        let right = serde_json::to_value(permission).ok();
        Err(Problem::not_allowed(right.as_ref().and_then(|right| right.as_str()).unwrap_or("unknown")))
    }
}

impl FromRequestParts<Console> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Problem> {
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
        Ok(Self { staff, permissions: token.permissions })
    }
}

/// Makes a token for the JSON API that belongs to a staff member and may do these things, as far as its owner
/// may. It is shown once and not kept; `expires_at_ms` is in unix milliseconds.
///
/// # Errors
/// When the database fails, or there is no such staff member.
pub async fn new_api_token(
    hall: &Hall,
    staff: &StaffId,
    name: &str,
    permissions: &[Permission],
    expires_at_ms: Option<i64>,
) -> Result<String, StoreError> {
    let (id, secret): (RowId, String) = (hall.ids.next(), secret::new(hall));
    let token = ApiToken {
        id: id.clone(),
        digest: secret::digest(&secret),
        staff: staff.clone(),
        name: name.to_owned(),
        permissions: permissions.to_vec(),
        created_at_ms: hall.now_ms(),
        expires_at_ms,
        revoked_at_ms: None,
    };
    let mut tx = hall.db.write().await?;
    session::add_token(&mut tx, &token).await?;
    tx.commit().await?;
    Ok(format!("{PREFIX}{id}_{secret}"))
}
