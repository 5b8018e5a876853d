//! The second person: what they are asked to put their name to, and doing it for exactly what the page showed.

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::post;
use bot_core::features::announcement::{self as feature, Announcement};
use bot_core::ids::AnnouncementNo;
use bot_core::roster::Permission;
use bot_core::texts::Text;
use bot_core::work::Work;
use serde::Deserialize;

use crate::asked::Form;
use crate::fault::Fault;
use crate::frame::Frame;
use crate::guard::Need;
use crate::once::Once;
use crate::pages::Page;
use crate::pages::list::lang_name;
use crate::pages::sight::{FileBox, file_box};
use crate::reader::Reader;
use crate::state::Console;

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("/announcements/{no}/approve", Need::May(Permission::Announce), post(approve))]
}

/// What a second person is asked for.
pub(super) struct Wanted {
    /// The hash of what the page shows; `None` for those who wrote it.
    pub(super) hash: Option<String>,
    /// Why not, for those who wrote it.
    pub(super) own: String,
    /// The text that is proposed for what has gone out: language and words.
    pub(super) bodies: Vec<(String, String)>,
    /// The files that go with it.
    pub(super) files: Vec<FileBox>,
}

/// What the reader is asked for, if a second person is wanted.
pub(super) async fn wanted(work: &mut Work, f: &Frame, one: &Announcement) -> Result<Option<Wanted>, Fault> {
    let Some(staff) = f.reader.staff() else { return Ok(None) };
    let Some(wanted) = feature::wanted(work, one, &staff.id).await? else { return Ok(None) };
    let bodies = match &wanted.proposal {
        Some(new) => {
            new.langs().into_iter().map(|lang| (f.say(&lang_name(lang)), new.rich(lang).text)).collect()
        }
        None => Vec::new(),
    };
    Ok(Some(Wanted {
        hash: Some(wanted.hash).filter(|_| wanted.is_second),
        own: if wanted.is_second { String::new() } else { f.say(&Text::new("announcement-approve-own")) },
        bodies,
        files: feature::files(work, one).await?.iter().map(file_box).collect(),
    }))
}

/// What was looked at.
#[derive(Deserialize)]
struct Seen {
    hash: String,
}

/// `POST /announcements/{no}/approve`.
async fn approve(
    State(console): State<Console>,
    reader: Reader,
    once: Once,
    Path(no): Path<String>,
    Form(seen): Form<Seen>,
) -> Result<Response, Fault> {
    let no = AnnouncementNo::parse(&no).ok_or(Fault::NotFound)?;
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let step = async |mut work: Work| {
        feature::approve(&mut work, no, &seen.hash, &staff.id).await?;
        Ok((work, ()))
    };
    Ok(once.lead(&console, &format!("/announcements/{}", no.0), step).await?)
}
