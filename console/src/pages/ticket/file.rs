//! Files that an agent sends to the merchant.

use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use bot_core::error::FeatureError;
use bot_core::features::ticket as feature;
use bot_core::ids::TicketNo;
use bot_core::store::ticket;
use bot_core::texts::Text;
use bot_core::work::Work;

use super::act::{Refused, What};
use super::{Asked, shown};
use crate::asked::Upload;
use crate::fault::Fault;
use crate::guard::UPLOAD_MAX_BYTES;
use crate::once::Once;
use crate::pages::announcement::stored;
use crate::reader::Reader;
use crate::state::Console;

/// What was sent.
#[derive(Default)]
struct Sent {
    asked: Asked,
    words: String,
    /// Files with their names, empty ones left out.
    files: Vec<(String, Vec<u8>)>,
}

/// `POST /tickets/{no}/files`. All of the files are sent, or none.
pub(super) async fn send(
    State(console): State<Console>,
    reader: Reader,
    once: Once,
    Path(no): Path<String>,
    Upload(form): Upload,
) -> Result<Response, Fault> {
    let no = TicketNo::parse(&no).ok_or(Fault::NotFound)?;
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let sent = read(form).await?;
    ticket::get(&mut console.hall.db.read().await?, no).await?.ok_or(Fault::NotFound)?;
    let (files, mut wrong) = stored(&console.hall, &sent.files).await?;
    if !wrong.is_empty() {
        return refused(&console, &reader, no, sent, wrong.swap_remove(0)).await;
    }
    let step = async |mut work: Work| {
        feature::send_files_as_staff(&mut work, &staff.id, no, &sent.words, &files).await?;
        Ok((work, ()))
    };
    let to = sent.asked.address(&format!("/tickets/{}", no.0));
    match once.lead(&console, &to, step).await {
        Ok(there) => Ok(there),
        Err(FeatureError::User(why)) => refused(&console, &reader, no, sent, why.0).await,
        Err(other) => Err(other.into()),
    }
}

async fn refused(
    console: &Console,
    reader: &Reader,
    no: TicketNo,
    sent: Sent,
    why: Text,
) -> Result<Response, Fault> {
    let refused = Refused { what: What::Reply, text: sent.words, message: String::new(), why: Some(why) };
    let mut response = shown(console, reader, &sent.asked, Some(no), Some(refused)).await?;
    *response.status_mut() = StatusCode::CONFLICT;
    Ok(response)
}

async fn read(mut form: Multipart) -> Result<Sent, Fault> {
    let mut sent = Sent::default();
    while let Some(field) = form.next_field().await.map_err(|_| Fault::Unreadable)? {
        let name = field.name().unwrap_or_default().to_owned();
        let called = field.file_name().map(str::to_owned);
        let bytes = field.bytes().await.map_err(|_| Fault::TooLarge { max_bytes: UPLOAD_MAX_BYTES })?;
        if let Some(called) = called {
            if !bytes.is_empty() {
                sent.files.push((called, bytes.to_vec()));
            }
            continue;
        }
        let value = String::from_utf8_lossy(&bytes).into_owned();
        match name.as_str() {
            "text" => sent.words = value.replace("\r\n", "\n").trim().to_owned(),
            "view" => sent.asked.view = value,
            "below" if value.is_empty() => {}
            "below" => sent.asked.below = Some(value.parse().map_err(|_| Fault::Unreadable)?),
            _ => {}
        }
    }
    Ok(sent)
}
