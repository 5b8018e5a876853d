//! Putting another text in the place of one that went out.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use bot_core::digest::sha256;
use bot_core::error::FeatureError;
use bot_core::features::announcement::{self as feature, Announcement, Typed};
use bot_core::features::delivery::{CopyState, Counts};
use bot_core::features::wording::Wording;
use bot_core::text;
use bot_core::texts::Text;
use bot_core::work::Work;

use super::form::{Sent, name_of};
use super::look::{Look, look};
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::once::Once;
use crate::reader::Reader;
use crate::state::Console;

#[derive(Template)]
#[template(path = "announcement_correct.html")]
struct CorrectPage {
    f: Frame,
    number: i64,
    version: i64,
    typed: Typed,
    wrong: Vec<(&'static str, String)>,
    said: Option<(&'static str, String)>,
    /// In how many chats the old text stands.
    standing: i64,
    /// What stands for the text that is shown beside the form, once somebody looked at it.
    seen: Option<String>,
    look: Look,
}

impl CorrectPage {
    /// What is wrong with a field; empty when nothing is.
    fn wrong(&self, field: &str) -> &str {
        self.wrong.iter().find(|(name, _)| *name == field).map_or("", |(_, words)| words)
    }
}

/// What was typed and what is said about it.
#[derive(Default)]
struct Over {
    typed: Option<Typed>,
    wrong: Vec<(&'static str, Text)>,
    said: Option<Text>,
    seen: bool,
}

/// The form, with the text as it stands.
pub(super) async fn form(console: &Console, reader: &Reader, one: Announcement) -> Result<Response, Fault> {
    render(console, reader, one, Over::default()).await
}

/// Looks at another text, or puts the one that was looked at in place.
pub(super) async fn take(
    console: &Console,
    reader: &Reader,
    once: &Once,
    one: Announcement,
    sent: Sent,
) -> Result<Response, Fault> {
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let (no, number) = (one.no, one.no.0);
    let refused = |said: Text| Over { typed: Some(sent.typed.clone()), said: Some(said), ..Over::default() };
    let wording = match feature::wording_of(&sent.typed) {
        Ok(wording) if wording.langs().is_empty() => {
            let over = refused(Text::new("announcement-no-text"));
            return answer(console, reader, one, over, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
        Ok(wording) => wording,
        Err(wrong) => {
            let wrong = wrong.into_iter().map(|(field, why)| (name_of(field), why)).collect();
            let over = Over { typed: Some(sent.typed), wrong, ..Over::default() };
            return answer(console, reader, one, over, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    // The button is good for the text that the page showed.
    if sent.what != format!("correct:{}", fingerprint(&wording)) {
        let said = sent.what.starts_with("correct").then(|| Text::new("console-compose-look-again"));
        let over = Over { typed: Some(sent.typed), said, seen: true, ..Over::default() };
        return answer(console, reader, one, over, StatusCode::OK).await;
    }
    let step = async |mut work: Work| {
        feature::correct(&mut work, no, sent.version, wording.clone(), &staff.id).await.map(drop)?;
        Ok((work, ()))
    };
    match once.lead(console, &format!("/announcements/{number}"), step).await {
        Ok(there) => Ok(there),
        Err(FeatureError::User(why)) => {
            answer(console, reader, one, refused(why.0), StatusCode::CONFLICT).await
        }
        Err(other) => Err(other.into()),
    }
}

fn fingerprint(wording: &Wording) -> String {
    sha256(serde_json::to_string(wording).unwrap_or_default().as_bytes())
}

async fn answer(
    console: &Console,
    reader: &Reader,
    one: Announcement,
    over: Over,
    status: StatusCode,
) -> Result<Response, Fault> {
    Ok((status, render(console, reader, one, over).await?).into_response())
}

async fn render(
    console: &Console,
    reader: &Reader,
    mut one: Announcement,
    over: Over,
) -> Result<Response, Fault> {
    let mut work = console.hall.look().await?;
    let title = text!("console-correct-title", no = one.no.to_string());
    let f = Frame::new(console, reader, "announcements", console.hall.texts.say(reader.lang, &title));
    let counts = Counts::of(&mut work, &one.no.to_string()).await?;
    // What stands with most begins the form; whatever was tested, one text stands everywhere from then on.
    one.wording = feature::standing_text(&one).clone();
    one.variants = None;
    let (stands, _) = feature::typed_of(&mut work, &one, reader.lang).await?;
    let typed = over.typed.unwrap_or(stands);
    if let Ok(wording) = feature::wording_of(&typed) {
        one.wording = wording;
    }
    let look = look(&mut work, &f, &one).await?;
    page(&CorrectPage {
        number: one.no.0,
        version: one.version,
        typed,
        wrong: over.wrong.iter().map(|(name, why)| (*name, f.say(why))).collect(),
        said: over.said.map(|said| ("warn", f.say(&said))),
        standing: counts.in_states(&CopyState::STANDING),
        seen: over.seen.then(|| fingerprint(&one.wording)),
        look,
        f,
    })
}
