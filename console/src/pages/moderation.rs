//! Cases: what waits for a decision, and one case with its proof.

mod policy;
mod trial;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use bot_core::features::moderation::{case_for_staff, dismiss, undo, uphold};
use bot_core::ids::CaseNo;
use bot_core::roster::Permission;
use bot_core::store::moderation::{self as store, Case, CaseFilter, CaseState};
use bot_core::store::{chat, file, people};
use bot_core::texts::Text;
use bot_core::work::Work;
use serde::Deserialize;

pub(crate) use policy::{POLICY_BACK_MS, read_draft};

use super::Page;
use super::file::href;
use super::list::{Names, Narrow, cut, staff_name, user_name, wanted};
use super::spans::{Span, spans};
use crate::asked::{Do, Form, Query};
use crate::fault::Fault;
use crate::frame::{Frame, Moment, page};
use crate::guard::Need;
use crate::once::Once;
use crate::reader::Reader;
use crate::state::Console;

/// Characters of a message shown in the list.
const CUT_CHARS: usize = 100;

pub(super) fn pages() -> Vec<Page> {
    let mut pages = vec![
        Page::new("/moderation", Need::May(Permission::ReadCases), get(list)),
        Page::new("/moderation/{no}", Need::May(Permission::ReadCases), get(one)),
        Page::new("/moderation/{no}/act", Need::May(Permission::Moderate), post(act)),
    ];
    pages.extend(policy::pages());
    pages
}

#[derive(Template)]
#[template(path = "cases.html")]
struct CasesPage {
    f: Frame,
    views: Vec<Narrow>,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "case.html")]
struct CasePage {
    f: Frame,
    no: String,
    number: i64,
    name: String,
    /// The shops for which they speak: name, and where each is shown.
    shops: Vec<(String, String)>,
    body: Vec<Span>,
    /// The files of the message: name, and where each is opened.
    files: Vec<(String, String)>,
    is_flagged: bool,
    stands: bool,
    may_act: bool,
}

struct Row {
    no: String,
    number: i64,
    name: String,
    chat: String,
    words: String,
    rule: String,
    state: String,
    class: &'static str,
    by: String,
    at: Moment,
    ago: String,
}

/// Which cases.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    view: String,
    below: Option<i64>,
}

/// What is decided.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Act {
    Uphold,
    Dismiss,
    Undo,
}

const VIEWS: [(&str, &str, Option<CaseState>); 5] = [
    ("flagged", "console-cases-flagged", Some(CaseState::Flagged)),
    ("stands", "console-cases-stand", Some(CaseState::Stands)),
    ("dismissed", "console-cases-dismissed", Some(CaseState::Dismissed)),
    ("undone", "console-cases-undone", Some(CaseState::Undone)),
    ("all", "console-cases-all", None),
];

/// `GET /moderation`.
async fn list(
    State(console): State<Console>,
    reader: Reader,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let title = console.hall.texts.say(reader.lang, &Text::new("console-place-moderation"));
    let f = Frame::new(&console, &reader, "moderation", title);
    let view = match asked.view.as_str() {
        "" => Some(&VIEWS[0]),
        asked => VIEWS.iter().find(|(word, ..)| *word == asked),
    };
    let view = view.ok_or(Fault::Unreadable)?;
    let filter = CaseFilter { state: view.2, ..CaseFilter::default() };
    let mut tx = console.hall.db.read().await?;
    let mut cases = store::list(&mut tx, &filter, asked.below.map(CaseNo), wanted()).await?;
    let next = cut(&mut cases, |last| format!("/moderation?view={}&below={}", view.0, last.no.0));
    let users: Vec<_> = cases.iter().map(|case| &case.user).collect();
    let chats: Vec<_> = cases.iter().filter_map(|case| case.chat.as_ref()).collect();
    let names = Names::of(&mut tx, &users, &chats).await?;
    let rows = cases.into_iter().map(|case| row(&console, &f, case, &names)).collect();
    let waiting = store::count_in(&mut tx, CaseState::Flagged).await?;
    let narrow = |(word, key, _): &(&str, &str, Option<CaseState>)| Narrow {
        href: format!("/moderation?view={word}"),
        label: f.t(key),
        count: (*word == "flagged").then_some(waiting),
        here: *word == view.0,
    };
    page(&CasesPage { views: VIEWS.iter().map(narrow).collect(), rows, next, f })
}

fn row(console: &Console, f: &Frame, case: Case, names: &Names) -> Row {
    let (state, class) = state_words(case.state);
    let words = case.message_text.or(case.reason).unwrap_or_default();
    let mut cut: String = words.chars().take(CUT_CHARS).collect();
    if cut.len() < words.len() {
        cut.push('…');
    }
    Row {
        no: case.no.to_string(),
        number: case.no.0,
        name: names.user(&case.user),
        chat: case.chat.as_ref().map(|chat| names.chat(f, chat)).unwrap_or_default(),
        words: cut,
        rule: case.rule.unwrap_or_default(),
        state: f.say(&state),
        class,
        by: case.by.map_or_else(|| f.t("sandbox-tag-bot"), |staff| staff_name(console, &staff)),
        at: f.moment(case.at_ms),
        ago: f.ago(case.at_ms),
    }
}

/// A case as one line that leads to it.
pub(super) struct CaseLine {
    pub(super) no: String,
    pub(super) number: i64,
    pub(super) what: String,
    pub(super) state: String,
    pub(super) class: &'static str,
    pub(super) at: Moment,
}

/// Cases, each as one line.
pub(super) fn case_lines(f: &Frame, cases: Vec<Case>) -> Vec<CaseLine> {
    let line = |case: Case| {
        let (state, class) = state_words(case.state);
        CaseLine {
            no: case.no.to_string(),
            number: case.no.0,
            what: case.rule.or(case.reason).unwrap_or_default(),
            state: f.say(&state),
            class,
            at: f.moment(case.at_ms),
        }
    };
    cases.into_iter().map(line).collect()
}

fn state_words(state: CaseState) -> (Text, &'static str) {
    match state {
        CaseState::Flagged => (Text::new("moderation-case-flagged"), "warn"),
        CaseState::Stands => (Text::new("moderation-case-stands"), ""),
        CaseState::Dismissed => (Text::new("moderation-case-dismissed"), ""),
        CaseState::Undone => (Text::new("moderation-case-undone"), ""),
    }
}

/// `GET /moderation/{no}`.
async fn one(
    State(console): State<Console>,
    reader: Reader,
    Path(no): Path<String>,
) -> Result<Response, Fault> {
    let no = CaseNo::parse(&no).ok_or(Fault::NotFound)?;
    let mut look = console.hall.look().await?;
    let case = store::get(look.tx().await?, no).await?.ok_or(Fault::NotFound)?;
    let body = spans(&case_for_staff(&mut look, &case, reader.lang).await?);
    let name = user_name(look.tx().await?, &case.user).await?;
    let shops = match chat::user(look.tx().await?, &case.user).await? {
        Some(user) if reader.may(Permission::ReadPeople) => {
            people::merchants_of(look.tx().await?, &user.person).await?
        }
        _ => Vec::new(),
    };
    let files = file::used_by(look.tx().await?, "moderation", no.0).await?;
    drop(look);
    page(&CasePage {
        files: files.into_iter().map(|file| (file.name, href(&file.digest))).collect(),
        f: Frame::new(&console, &reader, "moderation", format!("{no} {name}")),
        no: no.to_string(),
        number: no.0,
        name,
        shops: shops.into_iter().map(|(shop, _)| (shop.name, format!("/merchants/{}", shop.id))).collect(),
        body,
        is_flagged: case.state == CaseState::Flagged,
        stands: case.state == CaseState::Stands,
        may_act: reader.may(Permission::Moderate),
    })
}

/// `POST /moderation/{no}/act`.
async fn act(
    State(console): State<Console>,
    reader: Reader,
    once: Once,
    Path(no): Path<String>,
    Form(act): Form<Do<Act>>,
) -> Result<Response, Fault> {
    let no = CaseNo::parse(&no).ok_or(Fault::NotFound)?;
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let step = async |mut work: Work| {
        match act.what {
            Act::Uphold => uphold(&mut work, &staff.id, no).await.map(drop)?,
            Act::Dismiss => dismiss(&mut work, &staff.id, no).await.map(drop)?,
            Act::Undo => undo(&mut work, &staff.id, no).await.map(drop)?,
        }
        Ok((work, ()))
    };
    Ok(once.lead(&console, &format!("/moderation/{}", no.0), step).await?)
}
