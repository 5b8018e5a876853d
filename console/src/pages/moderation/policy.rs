//! The policy: what is in force, a draft tried on the last seven days, and saving it.

use askama::Template;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use bot_core::digest::sha256;
use bot_core::error::FeatureError;
use bot_core::features::moderation::{
    Policy, PolicyFault, PolicySource, SourcedPolicy, fault_text, rehearse, save_policy,
};
use bot_core::roster::Permission;
use bot_core::store::report;
use bot_core::text;
use bot_core::texts::Text;

use super::trial::{self, Trial};
use crate::asked::{Query, Upload};
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::guard::Need;
use crate::pages::Page;
use crate::reader::Reader;
use crate::state::Console;

/// The longest text that is edited here, in bytes. The engine takes 16 MiB; a browser's text field doesn't.
const TEXT_MAX_UTF8: usize = 1024 * 1024;
/// How far back a draft is tried, milliseconds.
pub(crate) const POLICY_BACK_MS: i64 = 7 * 24 * 3_600_000;
/// How much of a faulty line is shown, characters.
const LINE_CHARS: usize = 120;

/// Where the page stands.
const HOME: &str = "/moderation/policy";

pub(super) fn pages() -> Vec<Page> {
    let (try_it, save_it) = (Need::May(Permission::Moderate), Need::May(Permission::Administer));
    // Whoever chooses another language or loads the page again where a form led to comes back to the policy.
    let back = || get(|| async { Redirect::to(HOME) });
    vec![
        Page::new(HOME, Need::May(Permission::ReadCases), get(show)),
        Page::new("/moderation/policy/try", try_it, back().post(attempt).layer(DefaultBodyLimit::disable())),
        Page::new("/moderation/policy/file", try_it, back().post(file).layer(DefaultBodyLimit::disable())),
        Page::new("/moderation/policy/save", save_it, back().post(save).layer(DefaultBodyLimit::disable())),
    ]
}

#[derive(Template)]
#[template(path = "policy.html")]
struct PolicyPage {
    f: Frame,
    /// What was done, or why not.
    said: Option<(&'static str, String)>,
    version: u32,
    /// Where the policy in force comes from.
    from: String,
    /// Whether it is a file, which can be written.
    is_file: bool,
    may_try: bool,
    may_save: bool,
    /// The text in the editor; `None` where it is too long for one.
    draft: Option<String>,
    /// Whether the text in the editor is not the one in force.
    is_draft: bool,
    /// The digest of the text that the editor began from.
    begun: String,
    /// How many lines the editor shows.
    lines: usize,
    faults: Vec<Marked>,
    oddities: Vec<Marked>,
    trial: Option<Trial>,
    /// The rules of the policy in force: title, id, and how often each decided.
    rules: Vec<(String, String, i64)>,
    /// How many of them decided nothing.
    quiet: usize,
}

/// Something that is to be said of a place in the text.
struct Marked {
    /// The line in the editor's own text; `None` for a place in an import.
    line: Option<usize>,
    /// Where, in words.
    place: String,
    words: String,
    /// The line itself, before and from the place on.
    text: (String, String),
}

/// What was sent.
#[derive(Default)]
struct Sent {
    text: String,
    begun: String,
}

/// What was done when somebody comes back.
#[derive(serde::Deserialize)]
struct Done {
    saved: Option<u32>,
}

/// `GET /moderation/policy`.
async fn show(
    State(console): State<Console>,
    reader: Reader,
    Query(done): Query<Done>,
) -> Result<Response, Fault> {
    let mut shown = shown(&console, &reader, None).await?;
    shown.said = done
        .saved
        .filter(|version| *version == shown.version)
        .map(|version| ("good", shown.f.say(&text!("console-policy-saved", version = i64::from(version)))));
    page(&shown)
}

/// `POST /moderation/policy/try`: what is wrong with a draft or, if nothing is, what it would have done.
async fn attempt(
    State(console): State<Console>,
    reader: Reader,
    Upload(form): Upload,
) -> Result<Response, Fault> {
    let sent = sent(&console, form).await?;
    let mut shown = shown(&console, &reader, Some(&sent)).await?;
    let Some(read) = checked(&console, &mut shown, &sent).await? else {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)?).into_response());
    };
    let now_ms = console.hall.now_ms();
    shown.oddities = read
        .oddities(now_ms)
        .iter()
        .map(|finding| {
            let words = format!("{} {}", finding.rule, finding.kind);
            let (line, column) = (finding.at.line, finding.at.column);
            marked(&shown.f, &sent.text, (finding.at.file.as_deref(), line, column), words)
        })
        .collect();
    let tried = rehearse(&console.hall, read.policy, now_ms - POLICY_BACK_MS).await?;
    shown.trial = Some(trial::shown(&shown.f, &tried));
    page(&shown)
}

/// `POST /moderation/policy/file`: the draft as a file, as it is.
async fn file(State(console): State<Console>, Upload(form): Upload) -> Result<Response, Fault> {
    let sent = sent(&console, form).await?;
    let mut response = sent.text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/toml; charset=utf-8"));
    let manner = HeaderValue::from_static("attachment; filename=\"policy.toml\"");
    headers.insert(header::CONTENT_DISPOSITION, manner);
    Ok(response)
}

/// `POST /moderation/policy/save`: puts a draft in the place of the policy in force.
async fn save(
    State(console): State<Console>,
    reader: Reader,
    Upload(form): Upload,
) -> Result<Response, Fault> {
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let sent = sent(&console, form).await?;
    let mut shown = shown(&console, &reader, Some(&sent)).await?;
    let Some(read) = checked(&console, &mut shown, &sent).await? else {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)?).into_response());
    };
    let version = read.policy.version();
    match save_policy(&console.hall, &staff.id, read, sent.begun).await {
        Ok(()) => Ok(Redirect::to(&format!("{HOME}?saved={version}")).into_response()),
        Err(FeatureError::User(why)) => {
            shown.said = Some(("bad", shown.f.say(&why.0)));
            Ok((StatusCode::CONFLICT, page(&shown)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Reads a draft as the policy in force was read; puts its faults on the page, if it has any.
async fn checked(
    console: &Console,
    shown: &mut PolicyPage,
    sent: &Sent,
) -> Result<Option<SourcedPolicy>, Fault> {
    if sent.text.len() > TEXT_MAX_UTF8 {
        shown.said = Some(("bad", shown.f.t("console-policy-too-long")));
        return Ok(None);
    }
    match read_draft(console, sent.text.clone()).await? {
        Ok(read) => Ok(Some(read)),
        Err(faults) => {
            let said = text!("console-policy-faults", n = faults.len());
            shown.said = Some(("bad", shown.f.say(&said)));
            let of = |fault: &PolicyFault| {
                let at = (fault.file.as_deref(), fault.line, fault.column);
                marked(&shown.f, &sent.text, at, shown.f.say(&fault_text(&fault.kind)))
            };
            shown.faults = faults.iter().map(of).collect();
            Ok(None)
        }
    }
}

/// Reads a draft as the policy in force was read.
pub(crate) async fn read_draft(
    console: &Console,
    text: String,
) -> Result<Result<SourcedPolicy, Vec<PolicyFault>>, Fault> {
    let (_, source) = console.hall.policy.with_source();
    let draft = source.with_text(text);
    // A long policy takes a while to compile.
    let read = tokio::task::spawn_blocking(move || draft.read());
    read.await.map_err(|error| Fault::Internal(format!("a policy could not be read: {error}")))
}

/// Something that is to be said of a place: file, line and column, both from 1.
fn marked(
    f: &Frame,
    text: &str,
    (file, line, column): (Option<&str>, usize, usize),
    words: String,
) -> Marked {
    let (at, col) = (i64::try_from(line).unwrap_or(i64::MAX), i64::try_from(column).unwrap_or(i64::MAX));
    let place = match file {
        Some(file) => f.say(&text!("console-policy-place-in", file = file, line = at, column = col)),
        None => f.say(&text!("console-policy-place", line = at, column = col)),
    };
    let written =
        if file.is_none() { text.lines().nth(line.saturating_sub(1)).unwrap_or_default() } else { "" };
    // The place stays in sight however long its line is.
    let skip = column.saturating_sub(LINE_CHARS / 2);
    let head: String = written.chars().take(column.saturating_sub(1)).skip(skip).collect();
    let tail: String = written.chars().skip(column.saturating_sub(1)).take(LINE_CHARS / 2).collect();
    let head = if skip > 0 { format!("…{head}") } else { head };
    Marked { line: file.is_none().then_some(line), place, words, text: (head, tail) }
}

/// The page with the policy in force, or with a draft in its place.
async fn shown(console: &Console, reader: &Reader, sent: Option<&Sent>) -> Result<PolicyPage, Fault> {
    let title = console.hall.texts.say(reader.lang, &Text::new("console-policy"));
    let f = Frame::new(console, reader, "moderation", title);
    let (engine, source) = console.hall.policy.with_source();
    let now_ms = console.hall.now_ms();
    let mut tx = console.hall.db.read().await?;
    let decided = report::rules(&mut tx, now_ms - POLICY_BACK_MS, now_ms + 1).await?;
    drop(tx);
    let rules = rules(engine.policy(), reader.lang.tag(), &decided);
    let (text, begun) = match sent {
        Some(sent) => (sent.text.clone(), sent.begun.clone()),
        None => (source.text.clone(), sha256(&source.text)),
    };
    let is_long = sent.is_none() && text.len() > TEXT_MAX_UTF8;
    Ok(PolicyPage {
        said: is_long.then(|| ("warn", f.t("console-policy-too-long"))),
        version: engine.policy().version(),
        from: from(&f, &source),
        is_file: source.file.is_some(),
        may_try: reader.may(Permission::Moderate),
        may_save: reader.may(Permission::Administer) && source.file.is_some(),
        is_draft: text != source.text,
        begun,
        lines: text.lines().count().clamp(12, 28),
        draft: (!is_long).then_some(text),
        faults: Vec::new(),
        oddities: Vec::new(),
        trial: None,
        quiet: rules.1,
        rules: rules.0,
        f,
    })
}

fn from(f: &Frame, source: &PolicySource) -> String {
    match &source.file {
        Some(file) => f.t1("console-policy-from", "file", &file.display().to_string()),
        None => f.t("console-policy-built-in"),
    }
}

/// The rules that decided, most often first, and how many did not.
fn rules(policy: &Policy, lang: &str, decided: &[report::OfRule]) -> (Vec<(String, String, i64)>, usize) {
    let rows: Vec<_> = decided
        .iter()
        .filter_map(|one| Some((one.rule.as_deref()?, one.cases)))
        .map(|(rule, cases)| (policy.title_of(rule).get(lang).to_owned(), rule.to_owned(), cases))
        .collect();
    let spoke = |id: &str| rows.iter().any(|(_, rule, _)| rule == id);
    let quiet = policy.rules().iter().filter(|rule| !spoke(rule.id.as_str())).count();
    (rows, quiet)
}

/// What the editor sent. Browsers send line ends as `\r\n` whatever they were; they become those of the text in force.
async fn sent(console: &Console, mut form: Multipart) -> Result<Sent, Fault> {
    let mut sent = Sent::default();
    while let Some(field) = form.next_field().await.map_err(|_| Fault::Unreadable)? {
        match field.name().unwrap_or_default() {
            "text" => sent.text = field.text().await.map_err(|_| Fault::Unreadable)?,
            "begun" => sent.begun = field.text().await.map_err(|_| Fault::Unreadable)?,
            _ => {}
        }
    }
    sent.text = sent.text.replace("\r\n", "\n");
    if console.hall.policy.with_source().1.text.contains("\r\n") {
        sent.text = sent.text.replace('\n', "\r\n");
    }
    Ok(sent)
}
