//! In which time zone a merchant is. One that does not exist is said at its field.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use bot_core::error::FeatureError;
use bot_core::features::announcement;
use bot_core::ids::MerchantId;
use bot_core::store::people;
use bot_core::work::Work;
use serde::Deserialize;

use super::profile;
use crate::asked::Form;
use crate::fault::Fault;
use crate::reader::Reader;
use crate::state::Console;

/// What the form says.
#[derive(Deserialize)]
pub(super) struct Said {
    #[serde(default)]
    zone: String,
}

/// `GET /merchants/{id}/zone`: whoever loads again what a wrong zone was answered with comes back to the merchant.
pub(super) async fn back(Path(id): Path<String>) -> Redirect {
    let id: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
    Redirect::to(&format!("/merchants/{id}"))
}

/// `POST /merchants/{id}/zone`: keeps the zone that was typed, or forgets it.
pub(super) async fn put(
    State(console): State<Console>,
    reader: Reader,
    Path(id): Path<String>,
    Form(said): Form<Said>,
) -> Result<Response, Fault> {
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let id = MerchantId(id);
    people::merchant(&mut console.hall.db.read().await?, &id).await?.ok_or(Fault::NotFound)?;
    let step = async |mut work: Work| {
        announcement::set_of_merchant(&mut work, &id, &said.zone, &staff.id).await?;
        Ok((work, ()))
    };
    match console.hall.in_one_commit(step).await {
        Ok(()) => Ok(Redirect::to(&format!("/merchants/{id}")).into_response()),
        Err(FeatureError::User(why)) => {
            let page =
                profile::shown(&console, &reader, id.clone(), Some((said.zone.clone(), why.0))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}
