//! In which time zone a merchant is.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use bot_core::features::announcement;
use bot_core::ids::MerchantId;
use bot_core::store::people;
use bot_core::work::Work;
use serde::Deserialize;

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
    console.hall.in_one_commit(step).await?;
    Ok(Redirect::to(&format!("/merchants/{id}")).into_response())
}
