//! What came of a week, against the week before; as a page and as a table to keep.

pub(crate) mod gather;
pub(crate) mod share;

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use bot_core::store::report::share::By;
use bot_core::text;
use bot_core::texts::Text;
use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use serde::Deserialize;

use super::Page;
use super::list::Narrow;
use crate::asked::Query;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::guard::Need;
use crate::reader::Reader;
use crate::state::Console;
use crate::table;
use crate::workbook::{self, Sheet};

/// Weeks to choose from.
const WEEKS: i32 = 26;

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::new("/reports", Need::Staff, get(show)),
        Page::new("/reports/export", Need::Staff, get(export)),
    ]
}

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage {
    f: Frame,
    week: String,
    weeks: Vec<Choice>,
    before: String,
    after: Option<String>,
    export: String,
    /// The ways to tell the figures apart, and the one that was chosen.
    views: Vec<Narrow>,
    by: &'static str,
    share: Option<share::Shown>,
    about: String,
    /// Said when the week is not over.
    running: bool,
    sections: Vec<Shown>,
}

/// A week to choose.
struct Choice {
    date: String,
    words: String,
    chosen: bool,
}

/// Figures of one kind.
pub(crate) struct Section {
    /// What programs call it.
    pub(crate) name: &'static str,
    /// The key of its title.
    title: &'static str,
    pub(crate) lines: Vec<Line>,
    pub(crate) pieces: Vec<Piece>,
}

/// A figure of the week and of the week before.
pub(crate) struct Line {
    /// What programs call it.
    pub(crate) name: &'static str,
    /// Of which rule of the policy it is, if it is of one.
    pub(crate) rule: Option<String>,
    words: String,
    href: Option<&'static str>,
    pub(crate) now: Figure,
    pub(crate) then: Figure,
}

/// Something that went out.
pub(crate) struct Piece {
    pub(crate) no: String,
    href: String,
    pub(crate) title: String,
    pub(crate) recipients: i64,
    pub(crate) reached: i64,
    /// Who said that they have read it, through how many copies a link was opened, and whose reactions stand.
    pub(crate) answered: Option<[(&'static str, i64); 3]>,
    /// Who joined and who waits, where one can.
    pub(crate) joined: Option<(i64, i64)>,
}

/// A figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Figure {
    Count(i64),
    /// Milliseconds; `None` when there is nothing to reckon it from.
    Span(Option<i64>),
}

/// A section in the reader's words.
struct Shown {
    title: String,
    lines: Vec<(String, Option<&'static str>, String, String)>,
    pieces: Vec<Piece>,
    has_joins: bool,
}

/// A week, from its Monday.
#[derive(Clone, Copy)]
pub(crate) struct Week {
    pub(crate) monday: Date,
    pub(crate) from_ms: i64,
    pub(crate) until_ms: i64,
}

/// Which week: any day of it; the last whole one without it.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    week: String,
    /// By what the figures are told apart; nothing for not at all.
    #[serde(default)]
    by: String,
    #[serde(default, rename = "as")]
    form: Form,
}

/// As what a table is kept.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Form {
    #[default]
    Csv,
    Xlsx,
}

impl Week {
    /// The week of a day, in the console's zone. `None` for a day that no calendar has.
    fn of(console: &Console, day: Date) -> Option<Self> {
        let since = i64::from(day.weekday().since(Weekday::Monday));
        let monday = day.checked_sub(since.days()).ok()?;
        let at = |date: Date| console.settings.day_begins_ms(date);
        Some(Self { monday, from_ms: at(monday)?, until_ms: at(monday.checked_add(7.days()).ok()?)? })
    }

    pub(crate) fn before(self, console: &Console) -> Option<Self> {
        Self::of(console, self.monday.checked_sub(7.days()).ok()?)
    }

    fn words(self, f: &Frame) -> String {
        let last = self.monday.checked_add(6.days()).unwrap_or(self.monday);
        f.say(&text!("console-report-week", from = self.monday.to_string(), until = last.to_string()))
    }
}

/// The week of a day such as `2026-11-18` (the last whole one for nothing), and the one that runs; `None` where it is no day.
pub(crate) fn weeks(console: &Console, day: &str) -> Option<(Week, Week)> {
    let today = jiff::Timestamp::from_millisecond(console.hall.now_ms()).ok();
    let today = today.map(|now| now.to_zoned(console.settings.zone.clone()).date());
    let running = today.and_then(|day| Week::of(console, day))?;
    let asked = match day.trim() {
        "" => running.before(console),
        day => day.parse().ok().and_then(|day| Week::of(console, day)),
    };
    Some((asked?, running))
}

impl Asked {
    fn by(&self) -> Result<Option<By>, Fault> {
        match self.by.as_str() {
            "" => Ok(None),
            word => By::from_word(word).map(Some).ok_or(Fault::Unreadable),
        }
    }
}

/// An address of the report.
fn address(path: &str, week: Week, by: Option<By>) -> String {
    let by = by.map(|by| format!("&by={}", by.word())).unwrap_or_default();
    format!("{path}?week={}{by}", week.monday)
}

impl Figure {
    fn words(self, f: &Frame) -> String {
        match self {
            Self::Count(n) => n.to_string(),
            Self::Span(Some(ms)) => f.span(ms),
            Self::Span(None) => "–".to_owned(),
        }
    }

    /// For a table: a number, of minutes where it is a time.
    fn number(self) -> String {
        match self {
            Self::Count(n) => n.to_string(),
            Self::Span(ms) => ms.map(|ms| (ms / 60_000).to_string()).unwrap_or_default(),
        }
    }
}

/// `GET /reports`.
async fn show(
    State(console): State<Console>,
    reader: Reader,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let title = console.hall.texts.say(reader.lang, &Text::new("console-place-reports"));
    let f = Frame::new(&console, &reader, "reports", title);
    let (week, running) = weeks(&console, &asked.week).ok_or(Fault::Unreadable)?;
    let before = week.before(&console).ok_or(Fault::Unreadable)?;
    let sections = gather::all(&console, &f.view, week, before).await?;
    let by = asked.by()?;
    let share = match by {
        Some(by) => {
            share::table(&console, &f.view, (by, false), week, before).await?.map(|table| table.shown(&f))
        }
        None => None,
    };
    let view = |way: Option<By>| Narrow {
        href: address("/reports", week, way),
        label: f.say(&way.map_or_else(|| Text::new("console-share-whole"), share::name_of)),
        count: None,
        here: way == by,
    };
    let href = |week: Week| address("/reports", week, by);
    let after = week.monday.checked_add(7.days()).ok().and_then(|day| Week::of(&console, day));
    let mut choices = Vec::new();
    let mut one = Some(running);
    for _ in 0..WEEKS {
        let Some(week_of_list) = one else { break };
        choices.push(Choice {
            date: week_of_list.monday.to_string(),
            words: week_of_list.words(&f),
            chosen: week_of_list.monday == week.monday,
        });
        one = week_of_list.before(&console);
    }
    if !choices.iter().any(|choice| choice.chosen) {
        choices.push(Choice { date: week.monday.to_string(), words: week.words(&f), chosen: true });
    }
    page(&ReportPage {
        week: week.words(&f),
        weeks: choices,
        before: href(before),
        after: after.filter(|after| after.monday <= running.monday).map(href),
        export: address("/reports/export", week, by),
        views: std::iter::once(None).chain(By::ALL.map(Some)).map(view).collect(),
        by: by.map_or("", By::word),
        share,
        about: f.t("console-report-about"),
        running: week.monday >= running.monday,
        sections: sections.into_iter().map(|section| shown(&f, section)).collect(),
        f,
    })
}

fn shown(f: &Frame, section: Section) -> Shown {
    let line = |line: Line| (line.words, line.href, line.now.words(f), line.then.words(f));
    Shown {
        title: f.t(section.title),
        lines: section.lines.into_iter().map(line).collect(),
        has_joins: section.pieces.iter().any(|piece| piece.joined.is_some()),
        pieces: section.pieces,
    }
}

/// `GET /reports/export`: the same figures as a table; times are in minutes.
async fn export(
    State(console): State<Console>,
    reader: Reader,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let f = Frame::new(&console, &reader, "reports", String::new());
    let (week, _) = weeks(&console, &asked.week).ok_or(Fault::Unreadable)?;
    let before = week.before(&console).ok_or(Fault::Unreadable)?;
    let sections = gather::all(&console, &f.view, week, before).await?;
    let share = match asked.by()? {
        // A table to keep says no more of when it is.
        Some(by) => share::table(&console, &f.view, (by, true), week, before).await?,
        None => None,
    };
    let name = format!("report-{}", week.monday);
    let heads =
        [f.t("console-report-section"), f.t("console-report-figure"), week.words(&f), before.words(&f)];
    let mut rows = rows(&f, sections);
    match asked.form {
        Form::Csv => {
            rows.extend(share.iter().flat_map(|share| share.lines(&f)));
            let lines: String = std::iter::once(&heads).chain(&rows).map(table::line).collect();
            Ok(table::download(&format!("{name}.csv"), Body::from(table::MARK.to_owned() + &lines)))
        }
        Form::Xlsx => {
            let whole = Sheet {
                name: f.t("console-place-reports"),
                heads: heads.to_vec(),
                rows: rows.into_iter().map(Vec::from).collect(),
            };
            let own = share.map(|share| share.sheet(&f));
            let own = own.map(|(name, heads, rows)| Sheet { name, heads, rows });
            let sheets: Vec<Sheet> = std::iter::once(whole).chain(own).collect();
            let bytes = workbook::bytes(&sheets).map_err(|_| Fault::Unreadable)?;
            Ok(table::download_as(&format!("{name}.xlsx"), workbook::TYPE, Body::from(bytes)))
        }
    }
}

/// The figures as rows of a table: section, figure, this week, the week before.
fn rows(f: &Frame, sections: Vec<Section>) -> Vec<[String; 4]> {
    let mut rows = Vec::new();
    for section in sections {
        let title = f.t(section.title);
        for line in section.lines {
            let unit = if matches!(line.now, Figure::Span(_)) {
                f.t("console-report-minutes")
            } else {
                String::new()
            };
            let figure = format!("{}{unit}", line.words);
            rows.push([title.clone(), figure, line.now.number(), line.then.number()]);
        }
        for piece in section.pieces {
            let name = format!("{} {}", piece.no, piece.title);
            let mut figures = vec![
                ("console-report-recipients", piece.recipients),
                ("console-report-reached", piece.reached),
            ];
            if let Some(answered) = piece.answered {
                figures.extend(answered);
            }
            if let Some((joined, waiting)) = piece.joined {
                figures.extend([("console-report-joined", joined), ("console-report-waiting", waiting)]);
            }
            for (key, n) in figures {
                rows.push([title.clone(), format!("{name}: {}", f.t(key)), n.to_string(), String::new()]);
            }
        }
    }
    rows
}
