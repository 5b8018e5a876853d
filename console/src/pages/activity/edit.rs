//! Writing an activity: a form that is kept as a whole, or comes back as it was typed with what is wrong in it.

use askama::Template;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use bot_core::error::FeatureError;
use bot_core::features::activity::{self as feature, Field, Kept, State as Stage, TypedDraft};
use bot_core::features::segment::{self, To};
use bot_core::ids::ActivityNo;
use bot_core::roster::Permission;
use bot_core::store::activity::{self as store, Activity};
use bot_core::text;
use bot_core::texts::Text;
use bot_core::work::Work;

use crate::asked::{Upload, text_of};
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::guard::Need;
use crate::once::{Once, Posted};
use crate::pages::Page;
use crate::pages::audience::{Choices, Picks, choices};
use crate::reader::Reader;
use crate::state::Console;

pub(super) fn pages() -> Vec<Page> {
    let may = Need::May(Permission::Activities);
    vec![
        Page::new("/activities/new", may, get(new).post(begin)),
        Page::new("/activities/{no}/edit", may, get(edit).post(put)),
    ]
}

#[derive(Template)]
#[template(path = "activity_edit.html")]
struct EditPage {
    f: Frame,
    /// Its number in addresses; `None` before anything is kept.
    number: Option<i64>,
    version: i64,
    typed: TypedDraft,
    wrong: Vec<(&'static str, String)>,
    /// What is wrong with the whole.
    said: Option<String>,
    choices: Vec<Choices>,
    to_people: bool,
    /// The zone in which times are read.
    zone: String,
}

impl EditPage {
    /// What is wrong with a field; empty when nothing is.
    fn wrong(&self, field: &str) -> &str {
        self.wrong.iter().find(|(name, _)| *name == field).map_or("", |(_, words)| words)
    }

    /// Where one comes from, and the form goes.
    fn place(&self) -> String {
        self.number.map_or_else(|| "/activities".to_owned(), |number| format!("/activities/{number}"))
    }

    fn action(&self) -> String {
        self.place() + if self.number.is_some() { "/edit" } else { "/new" }
    }
}

/// A form that was sent.
#[derive(Default)]
struct Sent {
    typed: TypedDraft,
    /// The version of the draft that the form was made from.
    version: i64,
    /// Which button.
    what: String,
    picks: Picks,
}

/// What the form shows.
#[derive(Default)]
struct Shown {
    typed: TypedDraft,
    wrong: Vec<(Field, Text)>,
    said: Option<Text>,
}

/// `GET /activities/new`.
async fn new(State(console): State<Console>, reader: Reader) -> Result<Response, Fault> {
    render(&console, &reader, None, Shown::default()).await
}

/// `GET /activities/{no}/edit`.
async fn edit(
    State(console): State<Console>,
    reader: Reader,
    Path(no): Path<String>,
) -> Result<Response, Fault> {
    let one = stored(&console, &no).await?;
    if one.state != Stage::Draft {
        return Ok(Redirect::to(&format!("/activities/{}", one.no.0)).into_response());
    }
    let mut look = console.hall.look().await?;
    let typed = feature::typed_of(&mut look, &one, reader.lang).await?;
    drop(look);
    render(&console, &reader, Some((one.no, one.version)), Shown { typed, ..Shown::default() }).await
}

/// `POST /activities/new`.
async fn begin(
    State(console): State<Console>,
    reader: Reader,
    once: Once,
    Upload(form): Upload,
) -> Result<Response, Fault> {
    taken(&console, &reader, &once, None, form).await
}

/// `POST /activities/{no}/edit`.
async fn put(
    State(console): State<Console>,
    reader: Reader,
    once: Once,
    Path(no): Path<String>,
    Upload(form): Upload,
) -> Result<Response, Fault> {
    let one = stored(&console, &no).await?;
    taken(&console, &reader, &once, Some(one), form).await
}

async fn stored(console: &Console, no: &str) -> Result<Activity, Fault> {
    let no = ActivityNo::parse(no).ok_or(Fault::NotFound)?;
    store::get(&mut console.hall.db.read().await?, no).await?.ok_or(Fault::NotFound)
}

/// Reads the form.
async fn sent(mut form: Multipart) -> Result<Sent, Fault> {
    let mut sent = Sent::default();
    while let Some(field) = form.next_field().await.map_err(|_| Fault::Unreadable)? {
        let name = field.name().unwrap_or_default().to_owned();
        let value = text_of(field).await?;
        match name.as_str() {
            "version" => sent.version = value.parse().unwrap_or(0),
            "do" => sent.what = value,
            "title_zh" => sent.typed.title_zh = value,
            "title_en" => sent.typed.title_en = value,
            "body_zh" => sent.typed.body_zh = value,
            "body_en" => sent.typed.body_en = value,
            "audience" => sent.typed.audience = value,
            "starts" => sent.typed.starts = value,
            "until" => sent.typed.until = value,
            "places" => sent.typed.places = value,
            name => drop(sent.picks.take(name, &value)),
        }
    }
    Ok(sent)
}

/// Keeps what was typed, or says what is wrong.
async fn taken(
    console: &Console,
    reader: &Reader,
    once: &Once,
    before: Option<Activity>,
    form: Multipart,
) -> Result<Response, Fault> {
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let Sent { mut typed, version, what, picks } = sent(form).await?;
    let seen = before.as_ref().map(|one| (one.no, version));
    if what == "pick" {
        let known = segment::vocabulary(&mut console.hall.db.read().await?, &console.hall).await?;
        typed.audience = picks.line(&known, reader.lang);
        return render(console, reader, seen, Shown { typed, ..Shown::default() }).await;
    }
    let step = async |mut work: Work| {
        let draft = match feature::read(&mut work, &typed, before.as_ref()).await? {
            Ok(draft) => draft,
            Err(wrong) => return Ok((work, Err(wrong))),
        };
        let kept = feature::keep(&mut work, seen, draft, &staff.id).await?;
        Ok((work, Ok(kept)))
    };
    let shown = |wrong, said| Shown { typed: typed.clone(), wrong, said };
    let page = |one: &Activity| format!("/activities/{}", one.no.0);
    let to = |kept: &std::result::Result<Kept, _>| match kept {
        Ok(Kept::Saved(one)) => Some(page(one)),
        _ => None,
    };
    let (seen, shown, status) = match once.commit(console, to, step).await {
        Ok(Posted::Before(there)) => return Ok(there),
        Ok(Posted::Now(Ok(Kept::Saved(one)))) => return Ok(Redirect::to(&page(&one)).into_response()),
        Ok(Posted::Now(Ok(Kept::Meanwhile(one)))) => {
            // Kept once more, the form puts itself in the place of what there is now.
            let said = Text::new("console-activity-meanwhile");
            (Some((one.no, one.version)), shown(Vec::new(), Some(said)), StatusCode::CONFLICT)
        }
        Ok(Posted::Now(Err(wrong))) => (seen, shown(wrong, None), StatusCode::UNPROCESSABLE_ENTITY),
        Err(FeatureError::User(why)) => (seen, shown(Vec::new(), Some(why.0)), StatusCode::CONFLICT),
        Err(other) => return Err(other.into()),
    };
    Ok((status, render(console, reader, seen, shown).await?).into_response())
}

/// The page of a new draft, or of one as it stood at a version.
async fn render(
    console: &Console,
    reader: &Reader,
    seen: Option<(ActivityNo, i64)>,
    shown: Shown,
) -> Result<Response, Fault> {
    let known = segment::vocabulary(&mut console.hall.db.read().await?, &console.hall).await?;
    let title = match seen {
        Some((no, _)) => text!("console-activity-edit", no = no.to_string()),
        None => Text::new("console-activity-new"),
    };
    let f = Frame::new(console, reader, "activities", console.hall.texts.say(reader.lang, &title));
    let audience = segment::parse(&shown.typed.audience, &known).unwrap_or_default();
    page(&EditPage {
        number: seen.map(|(no, _)| no.0),
        version: seen.map_or(0, |(_, version)| version),
        wrong: shown.wrong.iter().map(|(field, why)| (name_of(*field), f.say(why))).collect(),
        said: shown.said.map(|text| f.say(&text)),
        typed: shown.typed,
        choices: choices(&f, &known, &audience),
        to_people: audience.to == To::People,
        zone: console.hall.texts.zone().iana_name().unwrap_or("UTC").to_owned(),
        f,
    })
}

/// The name of a field in the form.
fn name_of(field: Field) -> &'static str {
    match field {
        Field::TitleZh => "title_zh",
        Field::TitleEn => "title_en",
        Field::BodyZh => "body_zh",
        Field::BodyEn => "body_en",
        Field::Audience => "audience",
        Field::Starts => "starts",
        Field::Until => "until",
        Field::Places => "places",
    }
}
