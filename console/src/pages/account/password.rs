//! Setting and changing one's password.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use bot_core::store::session as store;
use bot_core::text;
use bot_core::texts::Text;
use bot_core::work::Work;
use serde::Deserialize;

use super::{refused, signed};
use crate::asked::Form;
use crate::fault::Fault;
use crate::frame::Frame;
use crate::reader::Reader;
use crate::secret;
use crate::session::password::{Password, Typed};
use crate::session::throttle::Account;
use crate::state::Console;

/// A change of password.
#[derive(Deserialize)]
pub(super) struct Change {
    /// The one before, where there is one.
    #[serde(default)]
    old: Typed,
    #[serde(default)]
    new: Typed,
    #[serde(default)]
    again: Typed,
}

/// `POST /account/password`: all other sessions end with it.
pub(super) async fn set(
    State(console): State<Console>,
    reader: Reader,
    Form(change): Form<Change>,
) -> Result<Response, Fault> {
    let signed = signed(&reader)?;
    let staff = &signed.staff;
    // First what is wrong with the new one: that costs no attempt at the old one.
    let new = match chosen(&change, &staff.name) {
        Ok(new) => new,
        Err(why) => return refused(&console, &reader, "password", &why).await,
    };
    if let Err(why) = shows_old(&console, &reader, &change.old).await? {
        return refused(&console, &reader, "password", &why).await;
    }
    let hash = console.hasher.hash(new, secret::salt(&console.hall)).await?;
    let step = async |mut work: Work| {
        let now_ms = work.now_ms;
        let tx = work.tx().await?;
        let act = match store::password(tx, &staff.id).await? {
            Some(_) => "password.change",
            None => "password.set",
        };
        store::set_password(tx, &staff.id, &hash, now_ms).await?;
        store::remove_all(tx, &staff.id, Some(&signed.session)).await?;
        work.audit_staff(&staff.id, act, &staff.id, None).await?;
        Ok((work, ()))
    };
    console.hall.in_one_commit(step).await?;
    Ok(Redirect::to("/account?done=password").into_response())
}

/// The new password, if it may be one.
fn chosen(change: &Change, name: &str) -> Result<Password, Text> {
    let new = change.new.prepare()?;
    if let Some(why) = new.objection(&[name, "guildhall"]) {
        return Err(why);
    }
    if change.again.prepare().is_ok_and(|again| again == new) {
        Ok(new)
    } else {
        Err(Text::new("console-password-differs"))
    }
}

/// Whether the old password was shown, where there is one; guesses at it count like those at the sign-in.
async fn shows_old(console: &Console, reader: &Reader, old: &Typed) -> Result<Result<(), Text>, Fault> {
    let staff = &signed(reader)?.staff;
    let mut tx = console.hall.db.read().await?;
    let kept = store::password(&mut tx, &staff.id).await?;
    drop(tx);
    let Some(kept) = kept else { return Ok(Ok(())) };
    let (account, origin) = (Account::Staff(staff.id.clone()), reader.via.origin());
    if let Err(wait_ms) = console.throttle.take(console.hall.now_ms(), &account, &origin) {
        let f = Frame::new(console, reader, "", String::new());
        return Ok(Err(text!("console-account-wait", span = f.span(wait_ms))));
    }
    let is_right = match old.prepare() {
        Ok(old) => console.hasher.verify(old, Some(kept.hash)).await?,
        Err(_) => false,
    };
    if !is_right {
        return Ok(Err(Text::new("console-password-old-wrong")));
    }
    console.throttle.was_right(&account, &origin);
    Ok(Ok(()))
}
