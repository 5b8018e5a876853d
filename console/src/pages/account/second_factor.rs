//! Setting up one's second factor, its recovery codes, and switching it off.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use bot_core::error::FeatureError;
use bot_core::store::session as store;
use bot_core::text;
use bot_core::texts::Text;
use bot_core::work::Work;
use serde::Deserialize;

use super::{refused, signed, with_status};
use crate::asked::Form;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::reader::Reader;
use crate::session::second_factor::{self as codes, Qr, Shown};
use crate::state::Console;

#[derive(Template)]
#[template(path = "second_factor.html")]
struct SetUpPage {
    f: Frame,
    qr: Qr,
    /// In groups of four, as it is typed.
    secret: String,
    must_have: bool,
    said: String,
}

#[derive(Template)]
#[template(path = "recovery_codes.html")]
struct CodesPage {
    f: Frame,
    name: String,
    codes: Vec<String>,
    /// The second factor was just set up.
    is_first: bool,
}

/// What is to be done, and the code that shows that one may.
#[derive(Deserialize)]
pub(super) struct Act {
    #[serde(rename = "do")]
    what: What,
    #[serde(default)]
    code: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum What {
    /// Show a fresh secret.
    Begin,
    /// The app has it: ask for codes from now on.
    Confirm,
    /// Fresh recovery codes.
    Codes,
    /// No second factor any more.
    Off,
}

/// `GET /account/second-factor`: the secret, while it is being set up.
pub(super) async fn set_up(State(console): State<Console>, reader: Reader) -> Result<Response, Fault> {
    let staff = &signed(&reader)?.staff;
    let mut tx = console.hall.db.read().await?;
    let factor = store::second_factor(&mut tx, &staff.id).await?;
    drop(tx);
    match factor {
        Some(factor) if factor.confirmed_at_ms.is_none() => {
            page(&setting_up(&console, &reader, &factor.secret, String::new())?)
        }
        _ => Ok(Redirect::to("/account").into_response()),
    }
}

fn setting_up(console: &Console, reader: &Reader, secret: &str, said: String) -> Result<SetUpPage, Fault> {
    let staff = &signed(reader)?.staff;
    let title = console.hall.texts.say(reader.lang, &Text::new("console-second-factor-set-up"));
    let groups: Vec<String> =
        secret.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).into_owned()).collect();
    Ok(SetUpPage {
        qr: codes::qr(&codes::address(secret, &staff.name)?)?,
        secret: groups.join(" "),
        must_have: console.settings.wants_second_factor(staff),
        said,
        f: Frame::new(console, reader, "", title),
    })
}

/// `POST /account/second-factor`.
pub(super) async fn act(
    State(console): State<Console>,
    reader: Reader,
    Form(act): Form<Act>,
) -> Result<Response, Fault> {
    match act.what {
        What::Begin => begin(&console, &reader).await,
        What::Confirm => confirm(&console, &reader, &act.code).await,
        What::Codes | What::Off => change(&console, &reader, act.what, &act.code).await,
    }
}

async fn begin(console: &Console, reader: &Reader) -> Result<Response, Fault> {
    let staff = &signed(reader)?.staff;
    let secret = codes::new_secret(&console.hall);
    let step = async |mut work: Work| {
        store::begin_second_factor(work.tx().await?, &staff.id, &secret).await?;
        Ok((work, ()))
    };
    console.hall.in_one_commit(step).await?;
    Ok(Redirect::to("/account/second-factor").into_response())
}

async fn confirm(console: &Console, reader: &Reader, code: &str) -> Result<Response, Fault> {
    let staff = &signed(reader)?.staff;
    let mut tx = console.hall.db.read().await?;
    let factor = store::second_factor(&mut tx, &staff.id).await?;
    drop(tx);
    let Some(factor) = factor.filter(|factor| factor.confirmed_at_ms.is_none()) else {
        return Ok(Redirect::to("/account").into_response());
    };
    let f = Frame::new(console, reader, "", String::new());
    let now_ms = console.hall.now_ms();
    let step = match console.throttle.take_code(now_ms, &staff.id) {
        Ok(()) => {
            codes::step_of(&factor.secret, code, now_ms)?.ok_or_else(|| Text::new("console-code-wrong-now"))
        }
        Err(wait_ms) => Err(text!("console-account-wait", span = f.span(wait_ms))),
    };
    let step = match step {
        Ok(step) => step,
        Err(why) => {
            let page = setting_up(console, reader, &factor.secret, f.say(&why))?;
            return with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    console.throttle.code_was_right(&staff.id);
    let fresh = codes::new_recovery_codes(&console.hall);
    let digests: Vec<String> = fresh.iter().map(|code| codes::recovery_digest(code)).collect();
    let confirmed = async |mut work: Work| {
        let now_ms = work.now_ms;
        let tx = work.tx().await?;
        let is_new = store::confirm_second_factor(tx, &staff.id, step, now_ms).await?;
        if is_new {
            store::set_recovery_codes(tx, &staff.id, &digests).await?;
            work.audit_staff(&staff.id, "second_factor.set_up", &staff.id, None).await?;
        }
        Ok((work, is_new))
    };
    if !console.hall.in_one_commit(confirmed).await? {
        return Ok(Redirect::to("/account").into_response());
    }
    page(&showing(console, reader, fresh, true)?)
}

/// Fresh recovery codes, or no second factor any more: both for a code.
async fn change(console: &Console, reader: &Reader, what: What, code: &str) -> Result<Response, Fault> {
    let staff = &signed(reader)?.staff;
    if what == What::Off && console.settings.wants_second_factor(staff) {
        return refused(console, reader, "second-factor", &Text::new("console-second-factor-must")).await;
    }
    if let Err(wait_ms) = console.throttle.take_code(console.hall.now_ms(), &staff.id) {
        let f = Frame::new(console, reader, "", String::new());
        let why = text!("console-account-wait", span = f.span(wait_ms));
        return refused(console, reader, "second-factor", &why).await;
    }
    let fresh = codes::new_recovery_codes(&console.hall);
    let digests: Vec<String> = fresh.iter().map(|code| codes::recovery_digest(code)).collect();
    let step = async |mut work: Work| {
        let now_ms = work.now_ms;
        let tx = work.tx().await?;
        let shown = codes::take(tx, &staff.id, code, now_ms).await.map_err(Fault::into_feature_error)?;
        if shown == Shown::Nothing {
            return Err(FeatureError::from(Text::new("console-code-wrong")));
        }
        let act = if what == What::Off {
            store::drop_second_factor(tx, &staff.id).await?;
            "second_factor.off"
        } else {
            store::set_recovery_codes(tx, &staff.id, &digests).await?;
            "second_factor.codes"
        };
        work.audit_staff(&staff.id, act, &staff.id, None).await?;
        Ok((work, ()))
    };
    match console.hall.in_one_commit(step).await {
        Err(FeatureError::User(why)) => return refused(console, reader, "second-factor", &why.0).await,
        done => done?,
    }
    console.throttle.code_was_right(&staff.id);
    match what {
        What::Off => Ok(Redirect::to("/account?done=second-factor-off").into_response()),
        _ => page(&showing(console, reader, fresh, false)?),
    }
}

fn showing(
    console: &Console,
    reader: &Reader,
    codes: Vec<String>,
    is_first: bool,
) -> Result<CodesPage, Fault> {
    let title = console.hall.texts.say(reader.lang, &Text::new("console-recovery-codes"));
    let name = signed(reader)?.staff.name.clone();
    Ok(CodesPage { f: Frame::new(console, reader, "", title), name, codes, is_first })
}
