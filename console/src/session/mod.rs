//! Sessions: who a cookie stands for, how it is renewed, and when it ends.

pub(crate) mod browser;
mod decide;
pub(crate) mod password;
pub(crate) mod second_factor;
pub(crate) mod sign_in;
pub(crate) mod throttle;

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue};
use bot_core::hall::Hall;
use bot_core::ids::StaffId;
use bot_core::store::{StoreError, session};
use bot_core::work::Work;

use crate::fault::Fault;
use crate::reader::Signed;
use crate::state::{Console, Settings};
use crate::via::Via;
use crate::{cookie, secret};
use decide::Verdict;

/// What a request's cookie says.
#[derive(Default)]
pub(crate) struct Known {
    /// Who asks.
    pub(crate) signed: Option<Signed>,
    /// The cookie to set, when it was renewed or ended.
    pub(crate) renewed: Option<HeaderValue>,
    /// The database could not be asked.
    pub(crate) fault: Option<StoreError>,
}

impl Known {
    pub(crate) fn with_fault(self, fault: StoreError) -> Self {
        Self { fault: Some(fault), ..self }
    }
}

/// The cookie's name. With the prefix, browsers take it only over TLS and for this host alone.
fn name(via: &Via) -> &'static str {
    if via.is_secure { "__Host-guildhall" } else { "guildhall_session" }
}

fn cookie_of(console: &Console, via: &Via, stays: &str, turn: &str) -> Option<HeaderValue> {
    let max_age_s = console.settings.absolute_ms / 1000;
    cookie::set(name(via), &format!("{stays}.{turn}"), max_age_s, via.is_secure)
}

/// The cookie that takes the cookie away.
pub(crate) fn no_cookie(via: &Via) -> Option<HeaderValue> {
    cookie::set(name(via), "", 0, via.is_secure)
}

/// Runs a step again for as long as another transaction came first: one browser asks for several things at once.
async fn surely<T, F>(step: impl Fn() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    loop {
        match step().await {
            Err(StoreError::Conflict(_)) => {}
            done => return done,
        }
    }
}

/// Who asks, by the cookie they sent. `is_watch`: an open page asks by itself, which keeps nobody signed in.
pub(crate) async fn of(
    console: &Console,
    via: &Via,
    headers: &HeaderMap,
    is_watch: bool,
) -> Result<Known, StoreError> {
    surely(|| known(console, via, headers, is_watch)).await
}

async fn known(
    console: &Console,
    via: &Via,
    headers: &HeaderMap,
    is_watch: bool,
) -> Result<Known, StoreError> {
    let Some((stays, turn)) = cookie::get(headers, name(via)).and_then(|value| value.split_once('.')) else {
        return Ok(Known::default());
    };
    let digest = secret::digest(stays);
    let mut tx = console.hall.db.read().await?;
    let row = session::get(&mut tx, &digest).await?;
    let staff = row.as_ref().and_then(|row| console.hall.roster.load().get(&row.staff).cloned());
    let lacks_second_factor = match &staff {
        Some(staff) if console.settings.wants_second_factor(staff) => {
            !second_factor::stands(&mut tx, &staff.id).await?
        }
        _ => false,
    };
    drop(tx);
    let ended = || Known { renewed: no_cookie(via), ..Known::default() };
    let Some(row) = row else { return Ok(ended()) };
    let now_ms = console.hall.now_ms();
    let verdict = decide::decide(now_ms, &console.settings, &row, &secret::digest(turn));
    let mut renewed = None;
    match verdict {
        Verdict::Good => {}
        Verdict::Seen | Verdict::Turn if is_watch => {}
        Verdict::Seen | Verdict::Arrived | Verdict::Ended | Verdict::Turn => {
            let mut tx = console.hall.db.write().await?;
            match verdict {
                Verdict::Arrived => session::settle_turn(&mut tx, &digest, &row.turn).await?,
                Verdict::Ended => session::remove(&mut tx, &digest).await?,
                Verdict::Turn => {
                    let new = secret::new(&console.hall);
                    if session::turn(&mut tx, &digest, &row.turn, &secret::digest(&new), now_ms).await? {
                        renewed = cookie_of(console, via, stays, &new);
                    }
                }
                Verdict::Seen | Verdict::Good => {
                    session::seen(&mut tx, &digest, &row.staff, now_ms).await?;
                }
            }
            tx.commit().await?;
        }
    }
    Ok(match staff {
        Some(staff) if verdict != Verdict::Ended => {
            let csrf = secret::csrf(stays);
            let signed = Signed { staff, csrf, session: digest, lacks_second_factor };
            Known { signed: Some(signed), renewed, fault: None }
        }
        _ => ended(),
    })
}

/// Signs somebody in, who came this `way`: `link`, `password`, each perhaps with a code. Gives the cookie to set.
async fn begin(
    console: &Console,
    via: &Via,
    staff: &StaffId,
    way: &str,
) -> Result<Option<HeaderValue>, Fault> {
    let (stays, turn) = (secret::new(&console.hall), secret::new(&console.hall));
    let now_ms = console.hall.now_ms();
    let new = session::Session {
        digest: secret::digest(&stays),
        staff: staff.clone(),
        turn: secret::digest(&turn),
        turn_before: None,
        turned_at_ms: now_ms,
        created_at_ms: now_ms,
        seen_at_ms: now_ms,
        address: via.address_words(),
        browser: via.browser.clone(),
    };
    let Settings { idle_ms, absolute_ms, .. } = console.settings;
    let detail = via.address_words().map_or_else(|| way.to_owned(), |address| format!("{way}, {address}"));
    let step = async |mut work: Work| {
        let tx = work.tx().await?;
        session::sweep(tx, now_ms - idle_ms, now_ms - absolute_ms, now_ms).await?;
        session::add(tx, &new).await?;
        work.audit_staff(staff, "session.begin", staff, Some(detail.clone())).await?;
        Ok((work, ()))
    };
    console.hall.in_one_commit(step).await?;
    Ok(cookie_of(console, via, &stays, &turn))
}

/// Makes the address with which a staff member signs in to the console, once, within `good_for_ms`. `by` is `None` from the
/// command line.
///
/// The address is a secret: whoever opens it first is that staff member, as far as they have no second factor.
///
/// # Errors
/// When the database fails, or there is no such staff member.
pub async fn sign_in_link(
    hall: &Arc<Hall>,
    by: Option<&StaffId>,
    staff: &StaffId,
    good_for_ms: i64,
) -> Result<String, bot_core::error::FeatureError> {
    let secret = secret::new(hall);
    let step = async |mut work: Work| {
        let until_ms = work.now_ms + good_for_ms;
        session::add_link(work.tx().await?, &secret::digest(&secret), staff, until_ms).await?;
        work.audit_by(by, "session.link", staff, None).await?;
        Ok((work, ()))
    };
    hall.in_one_commit(step).await?;
    Ok(format!("{}/enter?t={secret}", hall.public_url))
}

/// Takes somebody's second factor away, with its recovery codes. False when they had none. `by` is `None` from the command line.
///
/// # Errors
/// When the database fails.
pub async fn reset_second_factor(
    hall: &Arc<Hall>,
    by: Option<&StaffId>,
    staff: &StaffId,
) -> Result<bool, bot_core::error::FeatureError> {
    let step = async |mut work: Work| {
        let had = session::drop_second_factor(work.tx().await?, staff).await?;
        if had {
            work.audit_by(by, "second_factor.reset", staff, None).await?;
        }
        Ok((work, had))
    };
    hall.in_one_commit(step).await
}
