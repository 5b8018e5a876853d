//! The calendar: announcements and activities by the day, and moving what can be moved.

mod feed;
mod grid;
mod shift;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use bot_core::features::activity::State as ActivityState;
use bot_core::features::announcement::{self, State as AnnouncementState};
use bot_core::hall::Hall;
use bot_core::roster::Permission;
use bot_core::store::calendar::{self as store, Entry, What};
use bot_core::store::{StoreError, Tx};
use bot_core::text;
use bot_core::texts::Text;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Deserialize;

use self::grid::View;
use super::Page;
use super::list::Narrow;
use crate::asked::Query;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::guard::Need;
use crate::reader::Reader;
use crate::state::Console;
pub(crate) use shift::move_activity;

/// Entries of a view at most; what is more is said.
const SHOWN: i64 = 500;

pub(super) fn pages() -> Vec<Page> {
    let may = Need::May(Permission::Announce);
    vec![
        Page::new("/calendar", may, get(show)),
        Page::new("/calendar/move", may, post(shift::shift)),
        Page::new("/calendar/feed", may, post(feed::subscribe)),
        Page::new("/calendar/feed/{key}", Need::Nobody, get(feed::feed)),
    ]
}

#[derive(Template)]
#[template(path = "calendar.html")]
struct CalendarPage {
    f: Frame,
    title: String,
    views: Vec<Narrow>,
    earlier: Option<String>,
    later: Option<String>,
    today: String,
    /// The names of the days of a week.
    names: Vec<String>,
    weeks: Vec<Vec<Day>>,
    /// More stands there than is shown.
    cut: bool,
    /// Where to come back to after something was moved.
    back: String,
    zone: String,
    /// What became of the last press.
    done: Option<String>,
    feed: Feed,
}

/// What is to be known of the reader's own subscription.
struct Feed {
    exists: bool,
    /// The address, shown once.
    fresh: Option<String>,
}

struct Day {
    /// `2026-11-23`
    date: String,
    number: i8,
    name: String,
    /// It belongs to the month that is shown.
    inside: bool,
    today: bool,
    entries: Vec<Shown>,
}

struct Shown {
    no: String,
    href: String,
    title: String,
    kind: &'static str,
    clock: String,
    exact: String,
    state: String,
    /// Its time as the field of a form has it, and as it is kept, where it can be moved.
    movable: Option<(String, i64)>,
}

/// Which days.
#[derive(Default, Deserialize)]
struct Asked {
    #[serde(default)]
    view: View,
    /// A day of the view; today when it is left out.
    day: Option<String>,
    #[serde(default)]
    done: String,
}

/// `GET /calendar`.
async fn show(
    State(console): State<Console>,
    reader: Reader,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let done = (asked.done == "moved").then(|| Text::new("console-calendar-moved"));
    page(&calendar(&console, &reader, &asked, done, None).await?)
}

async fn calendar(
    console: &Console,
    reader: &Reader,
    asked: &Asked,
    done: Option<Text>,
    fresh: Option<String>,
) -> Result<CalendarPage, Fault> {
    let f = Frame::new(
        console,
        reader,
        "calendar",
        console.hall.texts.say(reader.lang, &Text::new("console-place-calendar")),
    );
    let zone = &console.settings.zone;
    let now = jiff::Timestamp::from_millisecond(console.hall.now_ms()).unwrap_or_default();
    let today = now.to_zoned(zone.clone()).date();
    let day = match &asked.day {
        Some(typed) => typed.parse().map_err(|_error| Fault::Unreadable)?,
        None => today,
    };
    let (first, behind) = asked.view.days(day).ok_or(Fault::Unreadable)?;
    let ends = |day| console.settings.day_begins_ms(day).ok_or(Fault::Unreadable);
    let mut tx = console.hall.db.read().await?;
    let mut entries = entries(&console.hall, &mut tx, (ends(first)?, ends(behind)?), SHOWN + 1).await?;
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let exists = store::subscribed_since(&mut tx, &staff.id).await?.is_some();
    drop(tx);
    let cut = entries.len() > usize::try_from(SHOWN).unwrap_or(usize::MAX);
    entries.truncate(usize::try_from(SHOWN).unwrap_or(usize::MAX));
    entries.retain(|entry| may_see(entry, |right| reader.may(right)));
    let names: Vec<String> = weekdays().iter().map(|name| f.say(name)).collect();
    let entries: Vec<(Date, Shown)> = entries
        .iter()
        .filter_map(|entry| {
            let at = jiff::Timestamp::from_millisecond(entry.at_ms).ok()?.to_zoned(zone.clone());
            Some((at.date(), shown(&f, reader, entry, &at)))
        })
        .collect();
    let weeks = weeks(&names, (first, behind), day, today, entries);
    let href = |view: View, day: Date| format!("/calendar?view={}&day={day}", view.word());
    let (before, next) = asked.view.beside(day);
    let view = |of: View, label: Text| Narrow {
        href: href(of, day),
        label: f.say(&label),
        count: None,
        here: of == asked.view,
    };
    Ok(CalendarPage {
        title: f.say(&title(asked.view, day, (first, behind))),
        views: vec![
            view(View::Month, Text::new("console-calendar-by-month")),
            view(View::Week, Text::new("console-calendar-by-week")),
        ],
        earlier: before.map(|day| href(asked.view, day)),
        later: next.map(|day| href(asked.view, day)),
        today: href(asked.view, today),
        names,
        weeks,
        cut,
        back: href(asked.view, day),
        zone: now.to_zoned(zone.clone()).strftime("%:z").to_string(),
        done: done.map(|done| f.say(&done)),
        feed: Feed { exists, fresh },
        f,
    })
}

/// What stands between two times, unix milliseconds: what is kept, and the sendings that are to come of what repeats.
async fn entries(
    hall: &Hall,
    tx: &mut Tx,
    (from_ms, until_ms): (i64, i64),
    limit: i64,
) -> Result<Vec<Entry>, StoreError> {
    let mut all = store::between(tx, from_ms, until_ms, limit).await?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let times = (from_ms.max(hall.now_ms()), until_ms);
    all.extend(announcement::coming(tx, hall.texts.zone(), times, most).await?);
    all.sort_by_key(|entry| entry.at_ms);
    all.truncate(most);
    Ok(all)
}

/// Which month or week it is.
fn title(view: View, day: Date, (first, behind): (Date, Date)) -> Text {
    match view {
        View::Month => {
            let (year, month) = (day.strftime("%Y").to_string(), day.strftime("%m").to_string());
            text!("console-calendar-month", year = year, month = month)
        }
        View::Week => {
            let last = behind.yesterday().unwrap_or(behind);
            text!("console-calendar-week", first = first.to_string(), last = last.to_string())
        }
    }
}

/// Whether somebody with these rights sees an entry.
fn may_see(entry: &Entry, may: impl Fn(Permission) -> bool) -> bool {
    match entry.what {
        What::Announcement(..) | What::Expiry(..) | What::Coming(_) => may(Permission::Announce),
        What::Activity(..) => may(Permission::Activities),
    }
}

fn shown(f: &Frame, reader: &Reader, entry: &Entry, at: &jiff::Zoned) -> Shown {
    let (no, href, kind, state, movable) = match entry.what {
        What::Announcement(no, state) => (
            no.to_string(),
            format!("/announcements/{}", no.0),
            "announcement",
            state.name(),
            state == AnnouncementState::Scheduled,
        ),
        What::Expiry(no, _) => (
            no.to_string(),
            format!("/announcements/{}", no.0),
            "announcement",
            Text::new("console-calendar-expires"),
            false,
        ),
        What::Coming(no) => (
            no.to_string(),
            format!("/announcements/{}", no.0),
            "announcement",
            Text::new("console-calendar-coming"),
            false,
        ),
        What::Activity(no, state) => (
            no.to_string(),
            format!("/activities/{}", no.0),
            "activity",
            state.name(),
            state == ActivityState::Draft,
        ),
    };
    Shown {
        no,
        href,
        kind,
        title: entry.wording.title(reader.lang).to_owned(),
        clock: at.strftime("%H:%M").to_string(),
        exact: f.moment(entry.at_ms).exact,
        state: f.say(&state),
        movable: movable.then(|| (at.strftime("%Y-%m-%dT%H:%M").to_string(), entry.at_ms)),
    }
}

/// The days of a view, a week in a row, each with what stands on it.
fn weeks(
    names: &[String],
    (first, behind): (Date, Date),
    shown: Date,
    today: Date,
    entries: Vec<(Date, Shown)>,
) -> Vec<Vec<Day>> {
    let mut days: Vec<Day> = first
        .series(1.day())
        .take_while(|day| *day < behind)
        .enumerate()
        .map(|(at, day)| Day {
            date: day.to_string(),
            number: day.day(),
            name: names.get(at % 7).cloned().unwrap_or_default(),
            inside: day.month() == shown.month(),
            today: day == today,
            entries: Vec::new(),
        })
        .collect();
    for (on, entry) in entries {
        let date = on.to_string();
        if let Some(day) = days.iter_mut().find(|day| day.date == date) {
            day.entries.push(entry);
        }
    }
    let mut weeks = Vec::new();
    while !days.is_empty() {
        let rest = days.split_off(days.len().min(7));
        weeks.push(std::mem::replace(&mut days, rest));
    }
    weeks
}

/// The days of a week, from Monday.
fn weekdays() -> [Text; 7] {
    [
        Text::new("console-day-monday"),
        Text::new("console-day-tuesday"),
        Text::new("console-day-wednesday"),
        Text::new("console-day-thursday"),
        Text::new("console-day-friday"),
        Text::new("console-day-saturday"),
        Text::new("console-day-sunday"),
    ]
}
