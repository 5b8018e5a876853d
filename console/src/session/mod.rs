//! Sessions: who a cookie stands for, how it is renewed, and when it ends.

mod decide;
pub(crate) mod sign_in;

use axum::http::{HeaderMap, HeaderValue};
use bot_core::hall::Hall;
use bot_core::ids::StaffId;
use bot_core::store::{StoreError, session};

use crate::reader::Signed;
use crate::state::{Console, Settings};
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
fn name(console: &Console) -> &'static str {
    if console.is_secure() { "__Host-guildhall" } else { "guildhall_session" }
}

fn cookie_of(console: &Console, stays: &str, turn: &str) -> Option<HeaderValue> {
    let max_age_s = console.settings.absolute_ms / 1000;
    cookie::set(name(console), &format!("{stays}.{turn}"), max_age_s, console.is_secure())
}

/// The cookie that takes the cookie away.
pub(crate) fn no_cookie(console: &Console) -> Option<HeaderValue> {
    cookie::set(name(console), "", 0, console.is_secure())
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

/// Who asks, by the cookie they sent.
pub(crate) async fn of(console: &Console, headers: &HeaderMap) -> Result<Known, StoreError> {
    surely(|| known(console, headers)).await
}

async fn known(console: &Console, headers: &HeaderMap) -> Result<Known, StoreError> {
    let Some((stays, turn)) = cookie::get(headers, name(console)).and_then(|value| value.split_once('.'))
    else {
        return Ok(Known::default());
    };
    let digest = secret::digest(stays);
    let mut tx = console.hall.db.read().await?;
    let row = session::get(&mut tx, &digest).await?;
    drop(tx);
    let ended = || Known { renewed: no_cookie(console), ..Known::default() };
    let Some(row) = row else { return Ok(ended()) };
    let now_ms = console.hall.now_ms();
    let verdict = decide::decide(now_ms, &console.settings, &row, &secret::digest(turn));
    let mut renewed = None;
    match verdict {
        Verdict::Good => {}
        Verdict::Seen | Verdict::Arrived | Verdict::Ended | Verdict::Turn => {
            let mut tx = console.hall.db.write().await?;
            match verdict {
                Verdict::Arrived => session::settle_turn(&mut tx, &digest, &row.turn).await?,
                Verdict::Ended => session::remove(&mut tx, &digest).await?,
                Verdict::Turn => {
                    let new = secret::new(&console.hall);
                    if session::turn(&mut tx, &digest, &row.turn, &secret::digest(&new), now_ms).await? {
                        renewed = cookie_of(console, stays, &new);
                    }
                }
                Verdict::Seen | Verdict::Good => session::seen(&mut tx, &digest, now_ms).await?,
            }
            tx.commit().await?;
        }
    }
    let staff = console.hall.roster.load().get(&row.staff).cloned();
    Ok(match staff {
        Some(staff) if verdict != Verdict::Ended => {
            let signed = Signed { staff, csrf: secret::csrf(stays), session: digest };
            Known { signed: Some(signed), renewed, fault: None }
        }
        _ => ended(),
    })
}

/// Signs somebody in. Gives the cookie to set.
async fn begin(console: &Console, staff: &StaffId) -> Result<Option<HeaderValue>, StoreError> {
    surely(|| begun(console, staff)).await
}

async fn begun(console: &Console, staff: &StaffId) -> Result<Option<HeaderValue>, StoreError> {
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
    };
    let mut tx = console.hall.db.write().await?;
    let Settings { idle_ms, absolute_ms, .. } = console.settings;
    session::sweep(&mut tx, now_ms - idle_ms, now_ms - absolute_ms, now_ms).await?;
    session::add(&mut tx, &new).await?;
    tx.commit().await?;
    Ok(cookie_of(console, &stays, &turn))
}

/// Makes the address with which a staff member signs in to the console, once, within `good_for_ms`.
///
/// The address is a secret: whoever opens it first is that staff member.
///
/// # Errors
/// When the database fails, or there is no such staff member.
pub async fn sign_in_link(hall: &Hall, staff: &StaffId, good_for_ms: i64) -> Result<String, StoreError> {
    let secret = secret::new(hall);
    let mut tx = hall.db.write().await?;
    session::add_link(&mut tx, &secret::digest(&secret), staff, hall.now_ms() + good_for_ms).await?;
    tx.commit().await?;
    Ok(format!("{}/enter?t={secret}", hall.public_url))
}
