//! Where one is signed in, and signing out elsewhere.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use bot_core::store::session::{self as store, Session};
use bot_core::store::{StoreError, Tx};
use bot_core::work::Work;
use serde::Deserialize;

use super::signed;
use crate::asked::Form;
use crate::fault::Fault;
use crate::frame::{Frame, Moment};
use crate::reader::{Reader, Signed};
use crate::session::{browser, sign_in};
use crate::state::Console;

/// Characters by which a session is named on a page: enough to tell one's own apart.
const HANDLE_CHARS: usize = 16;

/// Somewhere one is signed in.
pub(super) struct SessionRow {
    pub(super) handle: String,
    pub(super) browser: String,
    pub(super) address: String,
    pub(super) begun: Moment,
    pub(super) seen: Moment,
    pub(super) seen_ago: String,
    /// It is the one that reads.
    pub(super) is_this: bool,
}

/// Which sessions are to end.
#[derive(Deserialize)]
pub(super) struct End {
    #[serde(rename = "do")]
    what: Which,
    #[serde(default)]
    session: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Which {
    /// One.
    One,
    /// All but this one.
    Others,
    /// All.
    Everywhere,
}

/// The sessions of the reader that stand, last seen first.
pub(super) async fn rows(
    console: &Console,
    f: &Frame,
    tx: &mut Tx,
    signed: &Signed,
) -> Result<Vec<SessionRow>, StoreError> {
    let sessions = standing(console, tx, signed).await?;
    Ok(sessions
        .into_iter()
        .map(|one| SessionRow {
            handle: handle(&one).to_owned(),
            browser: f.say(&browser::words(one.browser.as_deref())),
            address: one.address.clone().unwrap_or_default(),
            begun: f.moment(one.created_at_ms),
            seen: f.moment(one.seen_at_ms),
            seen_ago: f.ago(one.seen_at_ms),
            is_this: one.digest == signed.session,
        })
        .collect())
}

async fn standing(console: &Console, tx: &mut Tx, signed: &Signed) -> Result<Vec<Session>, StoreError> {
    let now_ms = console.hall.now_ms();
    let settings = &console.settings;
    store::of_staff(tx, &signed.staff.id, now_ms - settings.idle_ms, now_ms - settings.absolute_ms).await
}

/// What a session is called on the page. It is a part of a digest and lets nobody in.
fn handle(session: &Session) -> &str {
    session.digest.get(..HANDLE_CHARS).unwrap_or(&session.digest)
}

/// `POST /account/sessions`.
pub(super) async fn end(
    State(console): State<Console>,
    reader: Reader,
    Form(end): Form<End>,
) -> Result<Response, Fault> {
    let signed = signed(&reader)?;
    let staff = &signed.staff.id;
    let step = async |mut work: Work| {
        let tx = work.tx().await?;
        let (act, ends_this, detail) = match end.what {
            Which::One => {
                let all = standing(&console, tx, signed).await?;
                // Ended meanwhile: then it is as it was wanted.
                let Some(one) = all.into_iter().find(|one| handle(one) == end.session) else {
                    return Ok((work, false));
                };
                store::remove(tx, &one.digest).await?;
                ("session.end", one.digest == signed.session, one.address)
            }
            Which::Others => {
                let n = store::remove_all(tx, staff, Some(&signed.session)).await?;
                ("session.end_others", false, Some(n.to_string()))
            }
            Which::Everywhere => {
                let n = store::remove_all(tx, staff, None).await?;
                ("session.end_all", true, Some(n.to_string()))
            }
        };
        work.audit_staff(staff, act, staff, detail).await?;
        Ok((work, ends_this))
    };
    if console.hall.in_one_commit(step).await? {
        return Ok(sign_in::signed_out(&reader.via));
    }
    let done = if matches!(end.what, Which::One) { "session" } else { "sessions" };
    Ok(Redirect::to(&format!("/account?done={done}")).into_response())
}
