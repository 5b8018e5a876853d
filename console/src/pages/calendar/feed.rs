//! The calendar for other programs: an address of one's own, in the form of RFC 5545.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use bot_core::chat::Lang;
use bot_core::hall::Hall;
use bot_core::roster::Permission;
use bot_core::store::calendar::{self as store, Entry, What};
use bot_core::texts::Text;
use bot_core::work::Work;
use icalendar::{Calendar, Component as _, DatePerhapsTime, Event, EventLike as _, Property};
use serde::Deserialize;

use super::{Asked, calendar, may_see};
use crate::asked::{Do, Form};
use crate::fault::Fault;
use crate::frame::page;
use crate::reader::Reader;
use crate::secret;
use crate::state::Console;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// How far the feed reaches back and ahead, days.
const REACH_DAYS: (i64, i64) = (92, 366);
/// Entries at most.
const ENTRIES: i64 = 2_000;
/// How often programs are asked to look again, as RFC 5545 writes a time.
const LOOK_AGAIN: &str = "PT15M";

/// What is done with one's own address.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Act {
    /// A new one, which ends the old.
    Make,
    /// None any more.
    End,
}

/// `POST /calendar/feed`: shows a new address, once.
pub(super) async fn subscribe(
    State(console): State<Console>,
    reader: Reader,
    Form(act): Form<Do<Act>>,
) -> Result<Response, Fault> {
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let secret = secret::new(&console.hall);
    let step = async |mut work: Work| {
        let now_ms = work.now_ms;
        match act.what {
            Act::Make => {
                let digest = secret::digest(&secret);
                store::subscribe(work.tx().await?, &staff.id, &digest, reader.lang, now_ms).await?;
                work.audit_staff(&staff.id, "calendar.subscribe", &staff.id, None).await?;
            }
            Act::End => {
                if store::unsubscribe(work.tx().await?, &staff.id).await? {
                    work.audit_staff(&staff.id, "calendar.unsubscribe", &staff.id, None).await?;
                }
            }
        }
        Ok((work, ()))
    };
    console.hall.in_one_commit(step).await?;
    let (done, fresh) = match act.what {
        Act::Make => (None, Some(format!("{}/calendar/feed/{secret}.ics", console.hall.public_url))),
        Act::End => (Some(Text::new("console-calendar-feed-ended")), None),
    };
    page(&calendar(&console, &reader, &Asked::default(), done, fresh).await?)
}

/// `GET /calendar/feed/{secret}.ics`: good as long as its owner is staff and may announce.
pub(super) async fn feed(State(console): State<Console>, Path(key): Path<String>) -> Result<Response, Fault> {
    let secret = key.strip_suffix(".ics").ok_or(Fault::NotFound)?;
    let mut tx = console.hall.db.read().await?;
    let (owner, lang) = store::subscriber(&mut tx, &secret::digest(secret)).await?.ok_or(Fault::NotFound)?;
    let roster = console.hall.roster.load();
    let staff = roster.get(&owner).filter(|staff| staff.may(Permission::Announce)).ok_or(Fault::NotFound)?;
    let now_ms = console.hall.now_ms();
    let (back, ahead) = REACH_DAYS;
    let (from_ms, until_ms) = (now_ms - back * DAY_MS, now_ms + ahead * DAY_MS);
    let mut entries = super::entries(&console.hall, &mut tx, (from_ms, until_ms), ENTRIES).await?;
    entries.retain(|entry| may_see(entry, |right| staff.may(right)));
    let written = written(&console.hall, lang, &entries);
    Ok(([(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], written).into_response())
}

fn written(hall: &Hall, lang: Lang, entries: &[Entry]) -> String {
    let mut all = Calendar::new();
    all.name("Guildhall");
    all.append_property(Property::new("PRODID", "-//Guildhall//Calendar//EN"));
    let again = Property::new("REFRESH-INTERVAL", LOOK_AGAIN)
        .append_parameter(icalendar::Parameter::new("VALUE", "DURATION"))
        .done();
    all.append_property(again);
    for entry in entries {
        all.push(event(hall, lang, entry));
    }
    all.to_string()
}

fn event(hall: &Hall, lang: Lang, entry: &Entry) -> Event {
    let mut uid = None;
    let (no, path, state) = match entry.what {
        What::Announcement(no, state) => (no.to_string(), format!("announcements/{}", no.0), state.name()),
        What::Expiry(no, _) => {
            uid = Some(format!("{no}-expires"));
            (no.to_string(), format!("announcements/{}", no.0), Text::new("console-calendar-expires"))
        }
        What::Coming(no) => {
            uid = Some(format!("{no}-{}", entry.at_ms));
            (no.to_string(), format!("announcements/{}", no.0), Text::new("console-calendar-coming"))
        }
        What::Activity(no, state) => (no.to_string(), format!("activities/{}", no.0), state.name()),
    };
    let state = hall.texts.say(lang, &state);
    let title = entry.wording.title(lang);
    let mut event = Event::new();
    event
        .uid(&format!("{}@{}", uid.as_deref().unwrap_or(&no), host(&hall.public_url)))
        .summary(&format!("{no} {title}"))
        .description(&state)
        .url(&format!("{}/{path}", hall.public_url));
    if let Some(at) = moment(entry.at_ms) {
        event.starts(DatePerhapsTime::from(at));
    }
    // When it was written, by the hall's clock: the crate would ask the machine's.
    if let Some(now) = moment(hall.now_ms()) {
        event.timestamp(now);
    }
    event.done()
}

fn moment(at_ms: i64) -> Option<chrono::DateTime<chrono::Utc>> {
    chrono::DateTime::from_timestamp_millis(at_ms)
}

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', ':']).next().unwrap_or(rest)
}
