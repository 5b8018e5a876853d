//! Files of tickets, announcements and cases.

use axum::Json;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bot_core::chat::{FileDigest, Lang, StoredFile};
use bot_core::features::{announcement as announced, ticket as tickets};
use bot_core::ids::{AnnouncementNo, CaseNo, TicketNo};
use bot_core::roster::Permission;
use bot_core::store::file::{self, KeptFile};
use bot_core::store::{StoreError, Tx, announcement, moderation, ticket};
use bot_core::work::Work;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Rows;
use super::caller::Caller;
use super::problem::{Problem, Problems};
use super::write::{Keyed, Stop, TEXT_MAX_CHARS, Write, WriteProblems};
use crate::guard::UPLOAD_MAX_BYTES;
use crate::pages::announcement::stored;
use crate::pages::file::opened;
use crate::state::Console;

/// The longest body with files, bytes: as much as a form of the console takes, in base64.
const BODY_MAX_BYTES: usize = UPLOAD_MAX_BYTES / 3 * 4 + 64 * 1024;

/// A file that is kept.
#[derive(Serialize, ToSchema)]
pub(crate) struct FileOf {
    /// Under which it is got from `/files/{id}`: the SHA-256 of its bytes.
    id: String,
    /// Its name.
    name: String,
    /// The media type by its content, such as `image/png`.
    media_type: String,
    /// Its length, bytes.
    size_bytes: i64,
}

/// A file that is brought.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileToBring {
    /// Its name; one that promises a picture must be one.
    name: String,
    /// Its bytes in base64 (RFC 4648, section 4).
    data: String,
}

/// Files for a merchant.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FilesToSend {
    /// Words with them; may be empty.
    #[serde(default)]
    text: String,
    /// The files, ten at most. All of them are sent, or none.
    files: Vec<FileToBring>,
}

/// Files for an announcement.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FilesToAttach {
    /// The version that was looked at.
    version: i64,
    /// The files; with those that it has, ten at most. All of them are taken, or none.
    files: Vec<FileToBring>,
}

/// These routes, which take more than others.
pub(super) fn routes() -> OpenApiRouter<Console> {
    OpenApiRouter::new()
        .routes(routes!(of_ticket, to_ticket))
        .routes(routes!(of_announcement, to_announcement))
        .routes(routes!(of_case))
        .routes(routes!(bytes))
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
}

/// The files of a ticket, oldest first.
#[utoipa::path(
    get,
    path = "/tickets/{no}/files",
    params(("no" = String, Path, description = "The ticket's number.")),
    responses((status = 200, body = Rows<FileOf>), Problems)
)]
pub(crate) async fn of_ticket(
    State(console): State<Console>,
    caller: Caller,
    Path(no): Path<String>,
) -> Result<Json<Rows<FileOf>>, Problem> {
    caller.may(Permission::Tickets)?;
    let no = TicketNo::parse(&no).ok_or_else(Problem::not_found)?;
    let mut tx = console.hall.db.read().await?;
    ticket::get(&mut tx, no).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(kept(&mut tx, "ticket", no.0).await?))
}

/// Sends files to the merchant, with words or none.
#[utoipa::path(
    post,
    path = "/tickets/{no}/files",
    params(("no" = String, Path, description = "The ticket's number."), Keyed),
    request_body = FilesToSend,
    responses((status = 200, body = Rows<FileOf>), Problems, WriteProblems)
)]
pub(crate) async fn to_ticket(
    State(console): State<Console>,
    Path(no): Path<String>,
    write: Write<FilesToSend>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::Tickets)?;
    let no = TicketNo::parse(&no).ok_or_else(Problem::not_found)?;
    if write.body.text.chars().count() > TEXT_MAX_CHARS {
        return Err(Problem::wrong(format!("`text` has {TEXT_MAX_CHARS} characters at most.")));
    }
    let new = brought(&console, &write.body.files).await?;
    let step = async |mut work: Work| {
        ticket::get(work.tx().await?, no).await?.ok_or_else(Problem::not_found)?;
        tickets::send_files_as_staff(&mut work, &by, no, write.body.text.trim(), &new).await?;
        let rows = kept(work.tx().await?, "ticket", no.0).await?;
        Ok::<_, Stop>((work, (StatusCode::OK, rows)))
    };
    write.once(&console, step).await
}

/// The files of an announcement, in the order in which they are sent.
#[utoipa::path(
    get,
    path = "/announcements/{no}/files",
    params(("no" = String, Path, description = "The announcement's number.")),
    responses((status = 200, body = Rows<FileOf>), Problems)
)]
pub(crate) async fn of_announcement(
    State(console): State<Console>,
    caller: Caller,
    Path(no): Path<String>,
) -> Result<Json<Rows<FileOf>>, Problem> {
    caller.may(Permission::Announce)?;
    let no = AnnouncementNo::parse(&no).ok_or_else(Problem::not_found)?;
    let mut tx = console.hall.db.read().await?;
    announcement::get(&mut tx, no).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(kept(&mut tx, "announcement", no.0).await?))
}

/// Has an announcement take files along. A scheduled one is a draft again, as by every change.
#[utoipa::path(
    post,
    path = "/announcements/{no}/files",
    params(("no" = String, Path, description = "The announcement's number."), Keyed),
    request_body = FilesToAttach,
    responses((status = 200, body = Rows<FileOf>), Problems, WriteProblems)
)]
pub(crate) async fn to_announcement(
    State(console): State<Console>,
    Path(no): Path<String>,
    write: Write<FilesToAttach>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::Announce)?;
    let no = AnnouncementNo::parse(&no).ok_or_else(Problem::not_found)?;
    let new = brought(&console, &write.body.files).await?;
    let step = async |mut work: Work| {
        let now = announcement::get(work.tx().await?, no).await?.ok_or_else(Problem::not_found)?;
        announced::is_as_shown(&now, write.body.version)?;
        announced::attach(&mut work, no, &new, &by).await?;
        let rows = kept(work.tx().await?, "announcement", no.0).await?;
        Ok::<_, Stop>((work, (StatusCode::OK, rows)))
    };
    write.once(&console, step).await
}

/// The files that prove a case, oldest first.
#[utoipa::path(
    get,
    path = "/cases/{no}/files",
    params(("no" = String, Path, description = "The case's number.")),
    responses((status = 200, body = Rows<FileOf>), Problems)
)]
pub(crate) async fn of_case(
    State(console): State<Console>,
    caller: Caller,
    Path(no): Path<String>,
) -> Result<Json<Rows<FileOf>>, Problem> {
    caller.may(Permission::ReadCases)?;
    let no = CaseNo::parse(&no).ok_or_else(Problem::not_found)?;
    let mut tx = console.hall.db.read().await?;
    moderation::get(&mut tx, no).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(kept(&mut tx, "moderation", no.0).await?))
}

/// The bytes of a file, for who may see something that it is kept for.
#[utoipa::path(
    get,
    path = "/files/{id}",
    params(("id" = String, Path, description = "As the lists of files give it.")),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"), Problems)
)]
pub(crate) async fn bytes(
    State(console): State<Console>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let view = caller.view(&console);
    Ok(opened(&console, FileDigest(id), |permission| view.may(permission)).await?)
}

async fn kept(tx: &mut Tx, feature: &str, no: i64) -> Result<Rows<FileOf>, StoreError> {
    let items = file::used_by(tx, feature, no).await?.into_iter().map(FileOf::from).collect();
    Ok(Rows { items, next: None })
}

/// Puts what was brought into our store, if all of it can be taken.
async fn brought(console: &Console, files: &[FileToBring]) -> Result<Vec<(StoredFile, String)>, Problem> {
    let mut all = Vec::with_capacity(files.len());
    for one in files {
        let bytes = BASE64_STANDARD.decode(&one.data);
        let bytes = bytes
            .map_err(|error| Problem::wrong(format!("`data` of “{}” is no base64: {error}.", one.name)))?;
        if bytes.is_empty() {
            return Err(Problem::wrong(format!("“{}” is empty.", one.name)));
        }
        all.push((one.name.clone(), bytes));
    }
    let (good, wrong) = stored(&console.hall, &all).await?;
    match wrong.is_empty() {
        true => Ok(good),
        false => {
            let said = wrong.iter().map(|why| console.hall.texts.say(Lang::En, why));
            Err(Problem::wrong(said.collect::<Vec<_>>().join(" ")))
        }
    }
}

impl From<KeptFile> for FileOf {
    fn from(kept: KeptFile) -> Self {
        let KeptFile { digest, name, media_type, size_bytes, .. } = kept;
        Self { id: digest.to_string(), name, media_type, size_bytes }
    }
}
