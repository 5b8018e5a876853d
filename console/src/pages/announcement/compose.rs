//! Writing an announcement: the form on one side, on the other how each platform will show it and who will get it.

use askama::Template;
use axum::extract::{DefaultBodyLimit, Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use bot_core::chat::FileDigest;
use bot_core::error::FeatureError;
use bot_core::features::announcement::{
    self as feature, Announcement, Field, Kept, State as Stage, Typed, TypedTest,
};
use bot_core::features::segment::{self, To};
use bot_core::ids::AnnouncementNo;
use bot_core::roster::Permission;
use bot_core::store::announcement;
use bot_core::text;
use bot_core::texts::Text;
use bot_core::work::Work;
use serde_json::json;

use super::correct;
use super::form::{self, Sent, name_of};
use super::look::{Look, look};
use super::variants::{TextForm, measures, text_forms, usual_measure};
use crate::asked::{Query, Upload};
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::guard::Need;
use crate::once::{Once, Posted};
use crate::pages::Page;
use crate::pages::audience::{Choices, choices};
use crate::pages::sight::{FileBox, file_box};
use crate::reader::Reader;
use crate::state::Console;

/// What the buttons do beside keeping what was typed.
const ACTS: [&str; 4] = ["send", "schedule", "test", "repeat"];

pub(super) fn pages() -> Vec<Page> {
    let may = Need::May(Permission::Announce);
    vec![
        Page::new("/announcements/new", may, get(new).post(begin).layer(DefaultBodyLimit::disable())),
        Page::new("/announcements/{no}/edit", may, get(edit).post(put).layer(DefaultBodyLimit::disable())),
    ]
}

#[derive(Template)]
#[template(path = "announcement_edit.html")]
struct ComposePage {
    f: Frame,
    /// Its number as it is shown and as it stands in addresses; `None` before anything is kept.
    no: Option<(String, i64)>,
    state: String,
    /// Whether it waits for its time, so that a change takes its schedule away.
    scheduled: bool,
    version: i64,
    typed: Typed,
    wrong: Vec<(&'static str, String)>,
    /// What was done, or what is wrong with the whole.
    said: Option<(&'static str, String)>,
    files: Vec<FileBox>,
    /// The other texts, and whether any is written.
    texts: Vec<TextForm>,
    has_texts: bool,
    test: TypedTest,
    /// What may decide: the word of each and what it is called.
    measures: Vec<(&'static str, String)>,
    choices: Vec<Choices>,
    to_people: bool,
    /// Whether clicks could be counted.
    can_count: bool,
    look: Look,
}

impl ComposePage {
    /// What is wrong with a field; empty when nothing is.
    fn wrong(&self, field: &str) -> &str {
        self.wrong.iter().find(|(name, _)| *name == field).map_or("", |(_, words)| words)
    }

    fn action(&self) -> String {
        match &self.no {
            Some((_, number)) => format!("/announcements/{number}/edit"),
            None => "/announcements/new".to_owned(),
        }
    }
}

/// What a page shows beside what is kept.
#[derive(Default)]
struct Over {
    typed: Option<Typed>,
    wrong: Vec<(Field, Text)>,
    files: Vec<Text>,
    said: Option<(&'static str, Text)>,
}

/// What was done, when somebody comes from there.
#[derive(serde::Deserialize)]
struct Done {
    #[serde(default)]
    done: String,
}

/// `GET /announcements/new`.
async fn new(State(console): State<Console>, reader: Reader) -> Result<Response, Fault> {
    render(&console, &reader, None, Over::default()).await
}

/// `GET /announcements/{no}/edit`.
async fn edit(
    State(console): State<Console>,
    reader: Reader,
    Path(no): Path<String>,
    Query(done): Query<Done>,
) -> Result<Response, Fault> {
    let no = AnnouncementNo::parse(&no).ok_or(Fault::NotFound)?;
    let said = match done.done.as_str() {
        "tested" => Some(("good", Text::new("console-compose-tested"))),
        _ => None,
    };
    let over = Over { said, ..Over::default() };
    let mut tx = console.hall.db.read().await?;
    let one = announcement::get(&mut tx, no).await?.ok_or(Fault::NotFound)?;
    drop(tx);
    if matches!(one.state, Stage::Sent | Stage::Stopped | Stage::Expired) {
        return correct::form(&console, &reader, one).await;
    }
    if !one.state.is_open() {
        return Ok(Redirect::to(&format!("/announcements/{}", no.0)).into_response());
    }
    render(&console, &reader, Some(one), over).await
}

/// `POST /announcements/new`.
async fn begin(
    State(console): State<Console>,
    reader: Reader,
    once: Once,
    Upload(form): Upload,
) -> Result<Response, Fault> {
    taken(&console, &reader, &once, None, form).await
}

/// `POST /announcements/{no}/edit`.
async fn put(
    State(console): State<Console>,
    reader: Reader,
    once: Once,
    Path(no): Path<String>,
    Upload(form): Upload,
) -> Result<Response, Fault> {
    let no = AnnouncementNo::parse(&no).ok_or(Fault::NotFound)?;
    taken(&console, &reader, &once, Some(no), form).await
}

/// Keeps what was typed, then does what the button says.
async fn taken(
    console: &Console,
    reader: &Reader,
    once: &Once,
    no: Option<AnnouncementNo>,
    form: Multipart,
) -> Result<Response, Fault> {
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let mut sent = form::sent(form).await?;
    if let Some(no) = no.filter(|_| sent.what == "see" || sent.what.starts_with("correct:")) {
        let one = announcement::get(&mut console.hall.db.read().await?, no).await?.ok_or(Fault::NotFound)?;
        return correct::take(console, reader, once, one, sent).await;
    }
    if sent.what == "pick" {
        let known = segment::vocabulary(&mut console.hall.db.read().await?, &console.hall).await?;
        sent.typed.audience = sent.picks.line(&known, reader.lang);
    }
    let (files, wrong_files) = form::stored(&console.hall, &sent.files).await?;
    let before = no.map(|no| (no, sent.version));
    let step = async |mut work: Work| {
        let kept = feature::keep(&mut work, before, &sent.typed, reader.live, &staff.id).await?;
        let Kept::Saved { mut one, wrong, changed } = kept else { return Ok((work, kept)) };
        let kept_at = one.version;
        if !files.is_empty() {
            one = feature::attach(&mut work, one.no, &files, &staff.id).await?;
        }
        if let Some(digest) = sent.what.strip_prefix("drop:") {
            one = feature::detach(&mut work, one.no, &FileDigest(digest.to_owned()), &staff.id).await?;
        }
        if !wrong.is_empty() && one.version != kept_at {
            // What cannot be read yet stays with the draft that has the files.
            feature::keep(&mut work, Some((one.no, one.version)), &sent.typed, true, &staff.id).await?;
        }
        Ok((work, Kept::Saved { one, wrong, changed: changed || !files.is_empty() }))
    };
    // What is looked at is kept once; what a draft is told to do, is done once.
    let acts = no.is_some() && ACTS.contains(&sent.what.as_str());
    let (keeps, does) = if acts { (&Once::default(), once) } else { (once, &Once::default()) };
    let to = |kept: &Kept| match kept {
        Kept::Saved { one, wrong, .. } if no.is_none() || (wrong.is_empty() && wrong_files.is_empty()) => {
            Some(format!("/announcements/{}/edit#look", one.no.0))
        }
        _ => None,
    };
    let kept = match keeps.commit(console, to, step).await {
        Ok(Posted::Before(there)) => return Ok(there),
        Ok(Posted::Now(kept)) => kept,
        Err(FeatureError::User(why)) => return refused(console, reader, no, &sent, why.0).await,
        Err(other) => return Err(other.into()),
    };
    match kept {
        Kept::Empty => {
            let over = Over::of(sent.typed, Text::new("console-compose-empty"));
            answer(console, reader, None, over, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Kept::Meanwhile(one) => {
            let over = Over::of(sent.typed, Text::new("console-compose-meanwhile"));
            answer(console, reader, Some(one), over, StatusCode::CONFLICT).await
        }
        Kept::Saved { one, wrong, .. } if !wrong.is_empty() || !wrong_files.is_empty() => {
            if reader.live {
                return Ok(live(console, reader, &one, &wrong));
            }
            let over = Over { typed: Some(sent.typed), wrong, files: wrong_files, said: None };
            answer(console, reader, Some(one), over, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Kept::Saved { one, .. } if reader.live => Ok(live(console, reader, &one, &[])),
        Kept::Saved { one, changed, .. } => go_on(console, reader, does, &sent, one, changed).await,
    }
}

/// Does what the button says to a draft that is kept as it was typed.
async fn go_on(
    console: &Console,
    reader: &Reader,
    once: &Once,
    sent: &Sent,
    one: Announcement,
    changed: bool,
) -> Result<Response, Fault> {
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let (no, version) = (one.no, one.version);
    let ledger = format!("/announcements/{}", no.0);
    let Some(what) = ACTS.into_iter().find(|what| *what == sent.what) else {
        return Ok(Redirect::to(&format!("{ledger}/edit#look")).into_response());
    };
    if changed && what != "test" {
        // What the button named was another text or audience: nobody has seen this one.
        let over = Over::of(sent.typed.clone(), Text::new("console-compose-look-again"));
        return answer(console, reader, Some(one), over, StatusCode::CONFLICT).await;
    }
    let step = async |mut work: Work| {
        let now = announcement::get(work.tx().await?, no).await?;
        let Some(now) = now else { return Err(Text::new("announcement-changed-meanwhile").into()) };
        feature::is_as_shown(&now, version)?;
        match (what, now.at_ms) {
            ("test", _) => drop(feature::test_to(&mut work, no, staff, &sent.reader).await?),
            ("schedule", Some(at_ms)) => drop(feature::schedule(&mut work, no, at_ms, &staff.id).await?),
            ("repeat", _) => drop(feature::start_series(&mut work, no, &staff.id).await?),
            ("schedule", None) => return Err(Text::new("console-compose-no-time").into()),
            _ => drop(feature::send_now(&mut work, no, &staff.id).await?),
        }
        Ok((work, ()))
    };
    let to = if what == "test" { format!("{ledger}/edit?done=tested") } else { ledger };
    match once.lead(console, &to, step).await {
        Ok(there) => Ok(there),
        Err(FeatureError::User(why)) => refused(console, reader, Some(no), sent, why.0).await,
        Err(other) => Err(other.into()),
    }
}

/// Says why not, with everything that was typed. Who comes second to *send* is led to what the first has begun.
async fn refused(
    console: &Console,
    reader: &Reader,
    no: Option<AnnouncementNo>,
    sent: &Sent,
    why: Text,
) -> Result<Response, Fault> {
    let one = match no {
        Some(no) => announcement::get(&mut console.hall.db.read().await?, no).await?,
        None => None,
    };
    if let Some(one) = one.as_ref().filter(|one| !one.state.is_open())
        && matches!(sent.what.as_str(), "send" | "schedule")
    {
        return Ok(Redirect::to(&format!("/announcements/{}", one.no.0)).into_response());
    }
    if no.is_some() && one.is_none() {
        return Err(Fault::NotFound);
    }
    let over = Over::of(sent.typed.clone(), why);
    answer(console, reader, one, over, StatusCode::CONFLICT).await
}

impl Over {
    fn of(typed: Typed, said: Text) -> Self {
        Self { typed: Some(typed), said: Some(("warn", said)), ..Self::default() }
    }
}

/// What a script of ours hears of a draft that is kept.
fn live(console: &Console, reader: &Reader, one: &Announcement, wrong: &[(Field, Text)]) -> Response {
    let words = |text: &Text| console.hall.texts.say(reader.lang, text);
    let wrong: serde_json::Map<String, serde_json::Value> =
        wrong.iter().map(|(field, why)| (name_of(*field).to_owned(), words(why).into())).collect();
    let edit = format!("/announcements/{}/edit", one.no.0);
    axum::Json(json!({ "edit": edit, "version": one.version, "wrong": wrong })).into_response()
}

async fn answer(
    console: &Console,
    reader: &Reader,
    one: Option<Announcement>,
    over: Over,
    status: StatusCode,
) -> Result<Response, Fault> {
    if reader.live {
        let words = over.said.map(|(_, text)| console.hall.texts.say(reader.lang, &text));
        return Ok((status, words.unwrap_or_default()).into_response());
    }
    Ok((status, render(console, reader, one, over).await?).into_response())
}

/// The page: what is kept, with what is `over` it.
async fn render(
    console: &Console,
    reader: &Reader,
    one: Option<Announcement>,
    over: Over,
) -> Result<Response, Fault> {
    let mut work = console.hall.look().await?;
    let known = segment::vocabulary(work.tx().await?, &console.hall).await?;
    let title = match &one {
        Some(one) => text!("console-compose-title", no = one.no.to_string()),
        None => Text::new("console-compose-new"),
    };
    let f = Frame::new(console, reader, "announcements", console.hall.texts.say(reader.lang, &title));
    let (mut typed, mut wrong) = match &one {
        Some(one) => feature::typed_with(&mut work, one, &known, reader.lang).await?,
        None => Default::default(),
    };
    if let Some(over_typed) = over.typed {
        (typed, wrong) = (over_typed, over.wrong);
    }
    let files = match &one {
        Some(one) => feature::files(&mut work, one).await?.iter().map(file_box).collect(),
        None => Vec::new(),
    };
    let mut look = match &one {
        Some(one) => look(&mut work, &f, one).await?,
        None => Look::default(),
    };
    if !wrong.is_empty() {
        // What the page shows is not all in the draft.
        (look.send, look.schedule, look.can_repeat) = (None, None, false);
        look.problems.push(f.t("console-compose-wrong"));
    }
    let mut wrong: Vec<_> = wrong.iter().map(|(field, why)| (name_of(*field), f.say(why))).collect();
    let wrong_files: Vec<String> = over.files.iter().map(|why| f.say(why)).collect();
    if !wrong_files.is_empty() {
        wrong.push(("files", wrong_files.join(" ")));
    }
    let audience = one.as_ref().and_then(|one| one.audience.clone()).unwrap_or_default();
    let mut test = typed.test.clone().unwrap_or_default();
    if test.measure.is_empty() {
        usual_measure(&console.hall, one.as_ref()).clone_into(&mut test.measure);
    }
    let texts = text_forms(&test);
    page(&ComposePage {
        has_texts: texts.iter().any(|text| text.is_written),
        texts,
        test,
        measures: measures(&f, &console.hall, one.as_ref()),
        no: one.as_ref().map(|one| (one.no.to_string(), one.no.0)),
        state: one.as_ref().map(|one| f.say(&one.state.name())).unwrap_or_default(),
        scheduled: one.as_ref().is_some_and(|one| one.state == Stage::Scheduled),
        version: one.as_ref().map_or(0, |one| one.version),
        said: over.said.map(|(class, text)| (class, f.say(&text))),
        choices: choices(&f, &known, &audience),
        to_people: audience.to == To::People,
        can_count: feature::can_count(&console.hall),
        typed,
        wrong,
        files,
        look,
        f,
    })
}
