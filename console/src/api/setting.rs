//! `GET /api/v1/settings`.

use axum::Json;
use axum::extract::State;
use bot_core::roster::Permission;
use serde::Serialize;
use utoipa::ToSchema;

use super::Rows;
use super::caller::Caller;
use super::problem::{Problem, Problems};
use crate::pages::setting::{Shown, ShownFrom, ShownValue};
use crate::state::Console;

/// One key of the config.
#[derive(Serialize, ToSchema)]
pub(crate) struct Setting {
    /// Its section, such as `server`.
    section: String,
    /// Its name there.
    key: String,
    /// What it is set to; absent for a secret.
    value: Option<String>,
    /// Whether it is set, for a secret.
    is_set: Option<bool>,
    /// Where that stands: `default`, `file`, `environment`, or `program` for what it sets by itself, as a demo does.
    from: &'static str,
}

/// What the program is running with, key by key. It is changed in the file and counts from the next start.
#[utoipa::path(get, path = "/settings", responses((status = 200, body = Rows<Setting>), Problems))]
pub(crate) async fn list(
    State(console): State<Console>,
    caller: Caller,
) -> Result<Json<Rows<Setting>>, Problem> {
    caller.may(Permission::Administer)?;
    let items = console.shown.iter().map(Setting::from).collect();
    Ok(Json(Rows { items, next: None }))
}

impl From<&Shown> for Setting {
    fn from(one: &Shown) -> Self {
        let (value, is_set) = match &one.value {
            ShownValue::Words(words) => (Some(words.clone()), None),
            ShownValue::Secret(is_set) => (None, Some(*is_set)),
        };
        let from = match one.from {
            ShownFrom::Default => "default",
            ShownFrom::File => "file",
            ShownFrom::Environment => "environment",
            ShownFrom::Program => "program",
        };
        Self { section: one.section.clone(), key: one.key.clone(), value, is_set, from }
    }
}
