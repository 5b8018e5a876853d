//! A name and a password.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use bot_core::ids::StaffId;
use bot_core::roster::Staff;
use bot_core::store::session as store;
use bot_core::text;
use bot_core::texts::Text;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization as _;

use super::{NAME_MAX, asking, go_on, own_path, too_many, with_status};
use crate::asked::Form;
use crate::fault::Fault;
use crate::frame::page;
use crate::reader::Reader;
use crate::secret;
use crate::session::password::Typed;
use crate::session::surely;
use crate::session::throttle::Account;
use crate::state::Console;

/// A name and a password.
#[derive(Deserialize)]
pub(crate) struct Credentials {
    name: String,
    password: Typed,
    #[serde(default)]
    next: String,
}

/// `POST /sign-in`: by name and password.
///
/// Whatever is wrong, the answer is the same and takes as long: it tells neither whether there is such a name nor whether it
/// has a password.
pub(crate) async fn sign_in_by_password(
    State(console): State<Console>,
    reader: Reader,
    Form(typed): Form<Credentials>,
) -> Result<Response, Fault> {
    if reader.signed.is_some() {
        return Ok(Redirect::to(own_path(&typed.next)).into_response());
    }
    let asking = |why: &Text| {
        let mut page = asking(&console, &reader, &typed.name, &typed.next);
        page.said = page.f.say(why);
        page
    };
    let candidates = named(&console, &typed.name);
    let account = match candidates.as_slice() {
        [one, ..] => Account::Staff(one.id.clone()),
        [] => Account::Nobody(one_form(&typed.name)),
    };
    let origin = reader.via.origin();
    if let Err(wait_ms) = console.throttle.take(console.hall.now_ms(), &account, &origin) {
        return too_many(
            wait_ms,
            |f| asking(&text!("console-sign-in-wait", span = f.span(wait_ms))),
            &console,
            &reader,
        );
    }
    let wrong = Text::new("console-sign-in-wrong");
    let Some(staff) = proven(&console, candidates, &typed).await? else {
        return with_status(StatusCode::UNAUTHORIZED, page(&asking(&wrong))?);
    };
    console.throttle.was_right(&account, &origin);
    go_on(&console, &reader.via, &staff.id, "password", &typed.next).await
}

/// A name in the form in which names are compared.
fn one_form(name: &str) -> String {
    name.trim().chars().take(NAME_MAX).nfc().collect()
}

/// Who works here under a name or an id, in a lasting order: names may stand twice.
fn named(console: &Console, typed: &str) -> Vec<Staff> {
    let typed = one_form(typed);
    let roster = console.hall.roster.load();
    let same = |staff: &&Staff| staff.id.as_str() == typed || one_form(&staff.name) == typed;
    let mut found: Vec<Staff> = roster.all().filter(same).cloned().collect();
    found.sort_by(|a, b| a.id.cmp(&b.id));
    found
}

/// Whose password this is, if it is one of theirs.
async fn proven(
    console: &Console,
    candidates: Vec<Staff>,
    typed: &Credentials,
) -> Result<Option<Staff>, Fault> {
    // What can be nobody's password differs from a wrong one only for whoever typed it.
    let Ok(password) = typed.password.prepare() else { return Ok(None) };
    let (staff, hash) = with_password(console, candidates, &typed.name).await?;
    if !console.hasher.verify(password.clone(), hash.clone()).await? {
        return Ok(None);
    }
    if let (Some(staff), Some(hash)) = (&staff, hash)
        && !console.hasher.is_current(&hash)
    {
        // What a password costs has risen since it was set.
        let new = console.hasher.hash(password, secret::salt(&console.hall)).await?;
        surely(async || {
            let mut tx = console.hall.db.write().await?;
            if let Some(kept) = store::password(&mut tx, &staff.id).await?
                && kept.hash == hash
            {
                store::set_password(&mut tx, &staff.id, &new, kept.set_at_ms).await?;
            }
            tx.commit().await
        })
        .await?;
    }
    Ok(staff)
}

/// Which of several of one name comes in by a password, if exactly one has one; and its hash.
async fn with_password(
    console: &Console,
    candidates: Vec<Staff>,
    typed: &str,
) -> Result<(Option<Staff>, Option<String>), Fault> {
    let mut tx = console.hall.db.read().await?;
    if candidates.is_empty() {
        // The database is asked as often for a name that nobody has.
        store::password(&mut tx, &StaffId(one_form(typed))).await?;
    }
    let mut found = Vec::new();
    for staff in candidates {
        if let Some(password) = store::password(&mut tx, &staff.id).await? {
            found.push((staff, password.hash));
        }
    }
    Ok(match found.pop() {
        Some((staff, hash)) if found.is_empty() => (Some(staff), Some(hash)),
        _ => (None, None),
    })
}
