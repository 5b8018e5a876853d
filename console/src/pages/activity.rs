//! Activities: all of them, one with who signed up; writing one stands beside.

mod edit;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use bot_core::features::activity::{self as feature, Registration, Seat, State as Stage};
use bot_core::features::delivery::{CopyState, Counts};
use bot_core::ids::ActivityNo;
use bot_core::roster::Permission;
use bot_core::store::activity as store;
use bot_core::texts::Text;
use bot_core::work::Work;
use serde::Deserialize;

use super::Page;
use super::list::{Piece, cut, staff_name, wanted};
use super::sight::{AccountLook, account_look, idle};
use crate::asked::{Below, Form, Query};
use crate::fault::Fault;
use crate::frame::{Frame, Moment, page};
use crate::guard::Need;
use crate::once::Once;
use crate::reader::Reader;
use crate::state::Console;

/// Registrations shown of each sort.
const SHOWN: i64 = 500;

pub(super) fn pages() -> Vec<Page> {
    let may = Need::May(Permission::Activities);
    let mut pages = vec![
        Page::new("/activities", may, get(list)),
        Page::new("/activities/{no}", may, get(one)),
        Page::new("/activities/{no}/act", may, post(act)),
    ];
    pages.extend(edit::pages());
    pages
}

#[derive(Template)]
#[template(path = "activities.html")]
struct ActivitiesPage {
    f: Frame,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "activity.html")]
struct ActivityPage {
    f: Frame,
    piece: Piece,
    seats: Vec<(String, Vec<Seated>)>,
    /// Of a draft.
    draft: Option<Draft>,
    /// The version that is shown.
    version: i64,
    /// How many copies were refused while it is open.
    refused: i64,
    can_close: bool,
}

/// What is to be done with a draft.
struct Draft {
    /// How many would get it; `None` while something keeps it from being pushed.
    reach: Option<i64>,
    /// How it looks to them, account by account.
    accounts: Vec<AccountLook>,
    /// Connected accounts that nobody of its audience is reached through.
    idle: Option<String>,
}

struct Row {
    no: String,
    number: i64,
    title: String,
    state: String,
    starts: Option<Moment>,
    taken: String,
    by: String,
}

struct Seated {
    name: String,
    at: Moment,
    untold: bool,
}

/// What is done with it.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Act {
    Publish,
    Close,
    Cancel,
    Again,
}

/// A button of the page.
#[derive(Deserialize)]
struct Pressed {
    #[serde(rename = "do")]
    what: Act,
    /// The version that the page showed.
    version: i64,
}

/// `GET /activities`.
async fn list(
    State(console): State<Console>,
    reader: Reader,
    Query(asked): Query<Below>,
) -> Result<Response, Fault> {
    let title = console.hall.texts.say(reader.lang, &Text::new("console-place-activities"));
    let f = Frame::new(&console, &reader, "activities", title);
    let mut tx = console.hall.db.read().await?;
    let mut all = store::list(&mut tx, asked.below.map(ActivityNo), wanted()).await?;
    let next = cut(&mut all, |last| format!("/activities?below={}", last.no.0));
    let taken = store::taken(&mut tx, &all.iter().map(|one| one.no).collect::<Vec<_>>()).await?;
    let row = |one: store::Activity| {
        let taken = taken.get(&one.no).copied().unwrap_or(0);
        Row {
            no: one.no.to_string(),
            number: one.no.0,
            title: one.wording.title(reader.lang).to_owned(),
            state: f.say(&one.state.name()),
            starts: one.starts_at_ms.map(|at_ms| f.moment(at_ms)),
            taken: if one.capacity > 0 { format!("{taken} / {}", one.capacity) } else { taken.to_string() },
            by: staff_name(&console, &one.by),
        }
    };
    let rows = all.into_iter().map(row).collect();
    page(&ActivitiesPage { rows, next, f })
}

/// `GET /activities/{no}`.
async fn one(
    State(console): State<Console>,
    reader: Reader,
    Path(no): Path<String>,
) -> Result<Response, Fault> {
    let no = ActivityNo::parse(&no).ok_or(Fault::NotFound)?;
    let mut look = console.hall.look().await?;
    let one = store::get(look.tx().await?, no).await?.ok_or(Fault::NotFound)?;
    let lines = feature::lines(&mut look, &one).await?;
    let f = Frame::new(&console, &reader, "activities", format!("{no} {}", one.wording.title(reader.lang)));
    let mut seats = Vec::new();
    for (seat, key) in [(Seat::In, "console-seats-in"), (Seat::Waiting, "console-seats-waiting")] {
        let seated = store::registrations(look.tx().await?, no, seat, 0, SHOWN).await?;
        let shown =
            |one: Registration| Seated { name: one.name, at: f.moment(one.joined_at_ms), untold: one.untold };
        let count = store::count(look.tx().await?, no, seat).await?;
        seats.push((f.t1(key, "n", &count), seated.into_iter().map(shown).collect()));
    }
    let draft = match one.state {
        Stage::Draft => Some(draft_of(&mut look, &f, &one).await?),
        _ => None,
    };
    let refused = match one.state {
        Stage::Open => Counts::of(&mut look, &no.to_string()).await?.in_states(&[CopyState::Rejected]),
        _ => 0,
    };
    drop(look);
    page(&ActivityPage {
        draft,
        version: one.version,
        refused,
        piece: Piece::new(&f, (no.to_string(), no.0), &one.state.name(), &one.wording, &lines),
        seats,
        can_close: one.state == Stage::Open,
        f,
    })
}

/// Whom a draft would reach, if nothing is missing, and how it looks there.
async fn draft_of(look: &mut Work, f: &Frame, one: &store::Activity) -> Result<Draft, Fault> {
    let preview = feature::preview_of(look, one).await?;
    let is_whole = feature::problems(one, look.now_ms).is_empty();
    let seen = preview.as_ref().filter(|_| !one.wording.langs().is_empty());
    let account = |account| account_look(f, look, account, true);
    Ok(Draft {
        reach: preview.as_ref().filter(|_| is_whole).map(|preview| preview.reachable),
        accounts: seen.iter().flat_map(|seen| &seen.accounts).map(account).collect(),
        idle: seen.and_then(|seen| idle(f, look, seen)),
    })
}

/// `POST /activities/{no}/act`.
async fn act(
    State(console): State<Console>,
    reader: Reader,
    once: Once,
    Path(no): Path<String>,
    Form(pressed): Form<Pressed>,
) -> Result<Response, Fault> {
    let no = ActivityNo::parse(&no).ok_or(Fault::NotFound)?;
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let step = async |mut work: Work| {
        let now = store::get(work.tx().await?, no).await?;
        let now = now.ok_or_else(|| Fault::NotFound.into_feature_error())?;
        match pressed.what {
            // Pressed twice.
            Act::Publish if now.state == Stage::Open => now,
            // What goes out is what the page showed.
            Act::Publish if now.state == Stage::Draft && now.version != pressed.version => {
                return Err(Text::new("console-activity-changed").into());
            }
            Act::Publish => feature::publish(&mut work, no, &staff.id).await?,
            Act::Close => feature::close(&mut work, no, &staff.id).await?,
            Act::Cancel => feature::cancel(&mut work, no, &staff.id).await?,
            Act::Again => feature::send_again(&mut work, no, &staff.id).await?,
        };
        Ok((work, ()))
    };
    Ok(once.lead(&console, &format!("/activities/{}", no.0), step).await?)
}
