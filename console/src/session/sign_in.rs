//! Signing in by a one-time link or a password, with a code where there is a second factor; and signing out.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use bot_core::ids::StaffId;
use bot_core::roster::Staff;
use bot_core::store::session as store;
use bot_core::text;
use bot_core::texts::Text;
use bot_core::work::Work;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization as _;

use super::password::Typed;
use super::second_factor::{self, Shown};
use super::throttle::Account;
use super::{begin, no_cookie};
use crate::asked::{Form, Query};
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::reader::{LANG_COOKIE, Reader, THEME_COOKIE, Theme};
use crate::state::Console;
use crate::via::Via;
use crate::{cookie, secret};

/// How long a code may take after a link or a password was right, milliseconds.
const HALF_MS: i64 = 5 * 60 * 1000;
/// The longest name that is looked for, characters.
const NAME_MAX: usize = 200;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    f: Frame,
    /// A link was opened that is no longer good.
    spent: bool,
    /// The name that was typed.
    name: String,
    next: String,
    /// Why it did not work.
    said: String,
}

#[derive(Template)]
#[template(path = "sign_in_code.html")]
struct CodePage {
    f: Frame,
    next: String,
    said: String,
}

#[derive(Template)]
#[template(path = "enter.html")]
struct EnterPage {
    f: Frame,
    token: String,
    next: String,
}

/// The secret of a link, and where to go on.
#[derive(Deserialize)]
pub(crate) struct Entry {
    t: String,
    #[serde(default)]
    next: String,
}

/// A name and a password.
#[derive(Deserialize)]
pub(crate) struct Credentials {
    name: String,
    password: Typed,
    #[serde(default)]
    next: String,
}

/// A code of the second factor.
#[derive(Deserialize)]
pub(crate) struct Code {
    code: String,
    #[serde(default)]
    next: String,
}

/// Where to go on.
#[derive(Deserialize)]
pub(crate) struct Next {
    #[serde(default)]
    next: String,
}

/// `GET /sign-in`: how to get in.
pub(crate) async fn sign_in(
    State(console): State<Console>,
    reader: Reader,
    Query(next): Query<Next>,
) -> Result<Response, Fault> {
    if reader.signed.is_some() {
        return Ok(Redirect::to(own_path(&next.next)).into_response());
    }
    page(&asking(&console, &reader, "", &next.next))
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

/// `GET /sign-in/code`: asks for a code of the second factor.
pub(crate) async fn code(
    State(console): State<Console>,
    reader: Reader,
    headers: HeaderMap,
    Query(next): Query<Next>,
) -> Result<Response, Fault> {
    if reader.signed.is_some() {
        return Ok(Redirect::to(own_path(&next.next)).into_response());
    }
    if half_of(&console, &reader.via, &headers).await?.is_none() {
        return Ok(Redirect::to("/sign-in").into_response());
    }
    let next = own_path(&next.next).to_owned();
    page(&CodePage { f: frame(&console, &reader), next, said: String::new() })
}

/// `POST /sign-in/code`: signs in when the code is right.
pub(crate) async fn sign_in_by_code(
    State(console): State<Console>,
    reader: Reader,
    headers: HeaderMap,
    Form(typed): Form<Code>,
) -> Result<Response, Fault> {
    if reader.signed.is_some() {
        return Ok(Redirect::to(own_path(&typed.next)).into_response());
    }
    let Some((digest, half)) = half_of(&console, &reader.via, &headers).await? else {
        let mut page = asking(&console, &reader, "", &typed.next);
        page.said = page.f.t("console-code-late");
        return with_status(StatusCode::GONE, self::page(&page)?);
    };
    let asking = |why: &Text| {
        let f = frame(&console, &reader);
        let said = f.say(why);
        CodePage { f, next: own_path(&typed.next).to_owned(), said }
    };
    if let Err(wait_ms) = console.throttle.take_code(console.hall.now_ms(), &half.staff) {
        return too_many(
            wait_ms,
            |f| asking(&text!("console-code-wait", span = f.span(wait_ms))),
            &console,
            &reader,
        );
    }
    let step = async |mut work: Work| {
        let now_ms = work.now_ms;
        let tx = work.tx().await?;
        let shown = match second_factor::take(tx, &half.staff, &typed.code, now_ms).await {
            Ok(Shown::Nothing) => Shown::Nothing,
            // Of two requests with one sign-in, one comes in.
            Ok(shown) if store::drop_half(tx, &digest).await? => shown,
            Ok(_) => Shown::Nothing,
            Err(fault) => return Err(fault.into_feature_error()),
        };
        if shown == Shown::Recovery {
            work.audit_staff(&half.staff, "second_factor.recovery", &half.staff, None).await?;
        }
        Ok((work, shown))
    };
    match console.hall.in_one_commit(step).await? {
        Shown::Nothing => {
            with_status(StatusCode::UNAUTHORIZED, page(&asking(&Text::new("console-code-wrong")))?)
        }
        _ => {
            console.throttle.code_was_right(&half.staff);
            let way = format!("{} + code", half.way);
            let mut response = signed_in(&console, &reader.via, &half.staff, &way, &typed.next).await?;
            let gone = cookie::set(half_name(&reader.via), "", 0, reader.via.is_secure);
            response.headers_mut().extend(gone.map(|cookie| (header::SET_COOKIE, cookie)));
            Ok(response)
        }
    }
}

/// `GET /enter?t=…`: signs in when a person opened the link themselves; otherwise shows a button.
///
/// Programs that look ahead (link previews, prefetching) must not use the link up. Browsers say of a page that
/// a person opens that it is a navigation to a document; whatever does not say so gets the button.
pub(crate) async fn enter(
    State(console): State<Console>,
    reader: Reader,
    headers: HeaderMap,
    Query(entry): Query<Entry>,
) -> Result<Response, Fault> {
    if is_opened_by_a_person(&headers) {
        return use_link(&console, &reader, &entry).await;
    }
    let mut tx = console.hall.db.read().await?;
    let good = store::link(&mut tx, &secret::digest(&entry.t), console.hall.now_ms()).await?;
    drop(tx);
    let f = frame(&console, &reader);
    match good {
        Some(_) => page(&EnterPage { f, token: entry.t, next: own_path(&entry.next).to_owned() }),
        None => spent(&console, &reader),
    }
}

/// `POST /enter`: signs in.
pub(crate) async fn enter_by_button(
    State(console): State<Console>,
    reader: Reader,
    Form(entry): Form<Entry>,
) -> Result<Response, Fault> {
    use_link(&console, &reader, &entry).await
}

/// `POST /sign-out`.
pub(crate) async fn sign_out(State(console): State<Console>, reader: Reader) -> Result<Response, Fault> {
    if let Some(signed) = &reader.signed {
        let step = async |mut work: Work| {
            store::remove(work.tx().await?, &signed.session).await?;
            work.audit_staff(&signed.staff.id, "session.end", &signed.staff.id, None).await?;
            Ok((work, ()))
        };
        console.hall.in_one_commit(step).await?;
    }
    Ok(signed_out(&reader.via))
}

/// The way to the sign-in page, without the cookie.
pub(crate) fn signed_out(via: &Via) -> Response {
    let mut response = Redirect::to("/sign-in").into_response();
    response.headers_mut().extend(no_cookie(via).map(|cookie| (header::SET_COOKIE, cookie)));
    response
}

/// A choice of how pages look.
#[derive(Deserialize)]
pub(crate) struct Taste {
    lang: Option<String>,
    theme: Option<String>,
    #[serde(default)]
    back: String,
}

/// `POST /taste`: the language or the theme.
pub(crate) async fn taste(reader: Reader, Form(taste): Form<Taste>) -> Response {
    const YEAR_S: i64 = 31_536_000;
    let mut response = Redirect::to(own_path(&taste.back)).into_response();
    let lang =
        taste.lang.as_deref().and_then(bot_core::chat::Lang::from_tag).map(|l| (LANG_COOKIE, l.word()));
    let theme = taste.theme.as_deref().map(|theme| (THEME_COOKIE, Theme::from_word(theme).word()));
    for (name, value) in lang.into_iter().chain(theme) {
        if let Some(cookie) = cookie::set(name, value, YEAR_S, reader.via.is_secure) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

async fn use_link(console: &Console, reader: &Reader, entry: &Entry) -> Result<Response, Fault> {
    let spend = async || {
        let mut tx = console.hall.db.write().await?;
        let staff = store::use_link(&mut tx, &secret::digest(&entry.t), console.hall.now_ms()).await?;
        // Whoever was signed in here is not any more: a session never passes from one person to another.
        if let (Some(_), Some(signed)) = (&staff, &reader.signed) {
            store::remove(&mut tx, &signed.session).await?;
        }
        tx.commit().await.map(|()| staff)
    };
    let Some(staff) = super::surely(spend).await? else {
        // A second click on the link by the one whom it signed in.
        if reader.signed.is_some() {
            return Ok(Redirect::to(own_path(&entry.next)).into_response());
        }
        return spent(console, reader);
    };
    go_on(console, &reader.via, &staff, "link", &entry.next).await
}

/// After a link or a password was right: in, or on to the second factor where there is one. A link is asked for it, too: it
/// travels through chats and mails, and an admin can make one for anybody.
async fn go_on(
    console: &Console,
    via: &Via,
    staff: &StaffId,
    way: &str,
    next: &str,
) -> Result<Response, Fault> {
    let mut tx = console.hall.db.read().await?;
    let has_second_factor = second_factor::stands(&mut tx, staff).await?;
    drop(tx);
    if !has_second_factor {
        return signed_in(console, via, staff, way, next).await;
    }
    let half = secret::new(&console.hall);
    let waiting = store::Half { staff: staff.clone(), way: way.to_owned() };
    super::surely(async || {
        let mut tx = console.hall.db.write().await?;
        let until_ms = console.hall.now_ms() + HALF_MS;
        store::add_half(&mut tx, &secret::digest(&half), &waiting, until_ms).await?;
        tx.commit().await
    })
    .await?;
    let next: String = form_urlencoded::byte_serialize(own_path(next).as_bytes()).collect();
    let mut response = Redirect::to(&format!("/sign-in/code?next={next}")).into_response();
    let kept = cookie::set(half_name(via), &half, HALF_MS / 1000, via.is_secure);
    response.headers_mut().extend(kept.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

async fn signed_in(
    console: &Console,
    via: &Via,
    staff: &StaffId,
    way: &str,
    next: &str,
) -> Result<Response, Fault> {
    let mut response = Redirect::to(own_path(next)).into_response();
    let cookie = begin(console, via, staff, way).await?;
    response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

/// The cookie of a sign-in that waits for a code.
fn half_name(via: &Via) -> &'static str {
    if via.is_secure { "__Host-guildhall-half" } else { "guildhall_half" }
}

/// The sign-in that waits for a code in this browser.
async fn half_of(
    console: &Console,
    via: &Via,
    headers: &HeaderMap,
) -> Result<Option<(String, store::Half)>, Fault> {
    let Some(secret) = cookie::get(headers, half_name(via)) else { return Ok(None) };
    let digest = secret::digest(secret);
    let mut tx = console.hall.db.read().await?;
    let half = store::half(&mut tx, &digest, console.hall.now_ms()).await?;
    Ok(half.map(|half| (digest, half)))
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
        super::surely(async || {
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

/// The sign-in page with nothing said.
fn asking(console: &Console, reader: &Reader, name: &str, next: &str) -> SignInPage {
    SignInPage {
        f: frame(console, reader),
        spent: false,
        name: name.chars().take(NAME_MAX).collect(),
        next: own_path(next).to_owned(),
        said: String::new(),
    }
}

fn spent(console: &Console, reader: &Reader) -> Result<Response, Fault> {
    let asking = SignInPage { spent: true, ..asking(console, reader, "", "") };
    with_status(StatusCode::GONE, page(&asking)?)
}

fn with_status(status: StatusCode, mut response: Response) -> Result<Response, Fault> {
    *response.status_mut() = status;
    Ok(response)
}

/// A page that says how long to wait.
fn too_many<P: Template>(
    wait_ms: i64,
    asking: impl FnOnce(&Frame) -> P,
    console: &Console,
    reader: &Reader,
) -> Result<Response, Fault> {
    let mut response = page(&asking(&frame(console, reader)))?;
    let wait_s = (wait_ms + 999) / 1000;
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
    with_status(StatusCode::TOO_MANY_REQUESTS, response)
}

fn frame(console: &Console, reader: &Reader) -> Frame {
    let title = console.hall.texts.say(reader.lang, &Text::new("console-sign-in"));
    Frame::new(console, reader, "", title)
}

fn is_opened_by_a_person(headers: &HeaderMap) -> bool {
    let says = |name: &str, value: &str| headers.get(name).is_some_and(|found| found == value);
    says("sec-fetch-mode", "navigate")
        && says("sec-fetch-dest", "document")
        && !headers.contains_key("sec-purpose")
        && !headers.contains_key("purpose")
}

/// The path if it leads to a page of ours, else the first page: a link must not send people elsewhere.
pub(crate) fn own_path(path: &str) -> &str {
    let is_own = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains(['\\', '\r', '\n'])
        && path.bytes().all(|b| b.is_ascii_graphic());
    if is_own { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn only_our_own_pages_are_gone_on_to() {
        assert_eq!(own_path("/sandbox?c0=g:one"), "/sandbox?c0=g:one");
        for path in
            ["", "https://evil.test/", "//evil.test/", "/\\evil.test", "/a\r\nb", "javascript:alert(1)"]
        {
            assert_eq!(own_path(path), "/", "{path}");
        }
    }
}
