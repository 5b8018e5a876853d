//! The figures of both weeks by group, category or tier.

mod kept;

use bot_core::features::segment::tier_name;
use bot_core::roster::Permission;
use bot_core::store::StoreError;
use bot_core::store::report::LISTED_MAX;
use bot_core::store::report::share::{By, Share, Weeks};
use bot_core::text;
use bot_core::texts::{Arg, Moment, Text};

use self::kept::{PARTS, Part};
use super::gather::percentile;
use super::{Figure, Week};
use crate::frame::Frame;
use crate::state::Console;
use crate::view::View;

pub(crate) use kept::Kept;

/// A figure of all: its name for programs, the key of its name for people, and what it is of one share.
type Column = (&'static str, &'static str, fn(&Share) -> Figure);

const QUESTIONS: [Column; 3] = [
    ("asked", "console-share-asked", |of| Figure::Count(of.answered + of.unanswered)),
    ("answered", "console-share-answered", |of| Figure::Count(of.answered)),
    ("helped", "console-share-helped", |of| Figure::Count(of.helped)),
];
const TICKETS: [Column; 4] = [
    ("opened", "console-share-opened", |of| Figure::Count(of.opened)),
    ("first_reply_p50", "console-share-reply", |of| percentile(&mut of.waits_ms.clone(), 50)),
    ("closed", "console-share-closed", |of| {
        Figure::Count(i64::try_from(of.took_ms.len()).unwrap_or(i64::MAX))
    }),
    ("resolution_p50", "console-share-taken", |of| percentile(&mut of.took_ms.clone(), 50)),
];
const CASES: [Column; 1] = [("cases", "console-share-cases", |of| Figure::Count(of.cases))];
const ANNOUNCEMENTS: [Column; 4] = [
    ("copies", "console-share-copies", |of| Figure::Count(of.copies)),
    ("reached", "console-share-reached", |of| Figure::Count(of.reached)),
    ("read", "console-share-read", |of| Figure::Count(of.read)),
    ("clicked", "console-share-clicked", |of| Figure::Count(of.clicked)),
];
const SIGN_UPS: [Column; 1] = [("joined", "console-share-joined", |of| Figure::Count(of.joined))];

/// All of them, as far as the reader may see the rows behind them.
pub(crate) struct Table {
    by: By,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
    /// When they were counted, unix milliseconds, if not now.
    pub(crate) counted_at_ms: Option<i64>,
}

/// A group, a category or a tier, with each figure of this week and of the week before.
pub(crate) struct Row {
    /// Its id or word; empty for what is nobody's.
    pub(crate) whose: String,
    pub(crate) name: String,
    href: Option<String>,
    pub(crate) figures: Vec<[Figure; 2]>,
}

/// The table in the reader's words.
pub(super) struct Shown {
    pub(super) title: String,
    pub(super) about: String,
    pub(super) heads: Vec<String>,
    pub(super) rows: Vec<ShownRow>,
    /// How many more rows there are.
    pub(super) more: Option<String>,
    /// Of when they are, if not of now.
    pub(super) counted: Option<String>,
}

/// A row in the reader's words.
pub(super) struct ShownRow {
    pub(super) name: String,
    pub(super) href: Option<String>,
    /// The name of the figure, the figure, and how it changed.
    pub(super) cells: Vec<(String, String, String)>,
}

/// The name of a way to tell figures apart.
pub(super) fn name_of(by: By) -> Text {
    match by {
        By::Group => Text::new("console-share-by-group"),
        By::Category => Text::new("console-share-by-category"),
        By::Tier => Text::new("console-share-by-tier"),
    }
}

/// The part of a figure's rows that somebody must be allowed to see, and the figures.
fn columns(part: Part) -> (Permission, &'static [Column]) {
    match part {
        Part::Questions => (Permission::Articles, &QUESTIONS),
        Part::Tickets => (Permission::Tickets, &TICKETS),
        Part::Cases => (Permission::ReadCases, &CASES),
        Part::Announcements => (Permission::Announce, &ANNOUNCEMENTS),
        Part::SignUps => (Permission::Activities, &SIGN_UPS),
    }
}

/// Both weeks' figures, in one look; `fresh` when it has to be of now. `None` when the reader may see none of them.
pub(crate) async fn table(
    console: &Console,
    view: &View,
    (by, fresh): (By, bool),
    week: Week,
    before: Week,
) -> Result<Option<Table>, StoreError> {
    let weeks = Weeks { from_ms: before.from_ms, turn_ms: week.from_ms, until_ms: week.until_ms };
    let parts: Vec<Part> = PARTS.into_iter().filter(|part| view.may(columns(*part).0)).collect();
    if parts.is_empty() {
        return Ok(None);
    }
    let (counted, counted_at_ms) = kept::counted(console, (by, weeks), &parts, fresh).await?;
    let columns: Vec<Column> = parts.iter().flat_map(|part| columns(*part).1).copied().collect();
    let mut all: Vec<(&String, &[Share; 2])> = counted.shares.iter().collect();
    // Those of which there is most to tell come first, what is nobody's last.
    all.sort_by_key(|(whose, [_, now])| (whose.is_empty(), std::cmp::Reverse(weight(now))));
    let rows = all.into_iter().map(|(whose, [then, now])| Row {
        whose: whose.clone(),
        name: match (by, whose.as_str()) {
            (By::Group, "") => view.t("console-share-no-group"),
            (_, "") => view.t("console-share-no-merchant"),
            (By::Group, id) => counted.titles.get(id).cloned().unwrap_or_else(|| id.to_owned()),
            (By::Category, category) => category.to_owned(),
            (By::Tier, tier) => match tier_name(tier) {
                Arg::Text(name) => view.say(&name),
                _ => tier.to_owned(),
            },
        },
        href: href(view, by, whose),
        figures: columns.iter().map(|(_, _, of)| [of(now), of(then)]).collect(),
    });
    Ok(Some(Table { by, rows: rows.collect(), columns, counted_at_ms }))
}

/// How much there is to tell.
fn weight(of: &Share) -> i64 {
    of.answered + of.unanswered + of.opened + of.cases + of.copies + of.joined
}

/// Where one sees more of it.
fn href(view: &View, by: By, whose: &str) -> Option<String> {
    let needs = if by == By::Group { Permission::ReadCases } else { Permission::ReadPeople };
    if whose.is_empty() || !view.may(needs) {
        return None;
    }
    let value: String = form_urlencoded::byte_serialize(whose.as_bytes()).collect();
    Some(match by {
        By::Group => format!("/groups/{value}"),
        By::Category | By::Tier => format!("/merchants?{}={value}", by.word()),
    })
}

impl Figure {
    /// How it changed: a number, of minutes where it is a time; `None` where there is nothing to compare.
    fn less(self, then: Self) -> Option<i64> {
        match (self, then) {
            (Self::Count(now), Self::Count(then)) => Some(now - then),
            (Self::Span(now), Self::Span(then)) => Some(now? / 60_000 - then? / 60_000),
            _ => None,
        }
    }
}

/// A change in words: `+3`, `−2 min`, or `=`.
fn change(f: &Frame, [now, then]: [Figure; 2]) -> String {
    let Some(less) = now.less(then) else { return String::new() };
    let size = match now {
        Figure::Count(_) => less.abs().to_string(),
        Figure::Span(_) => f.span(less.abs() * 60_000),
    };
    match less {
        0 => "=".to_owned(),
        1.. => format!("+{size}"),
        _ => format!("−{size}"),
    }
}

impl Table {
    /// In the reader's words, the first rows of it.
    pub(super) fn shown(&self, f: &Frame) -> Shown {
        let listed = usize::try_from(LISTED_MAX).unwrap_or(usize::MAX);
        let heads: Vec<String> = self.columns.iter().map(|(_, key, _)| f.t(key)).collect();
        let row = |row: &Row| ShownRow {
            name: row.name.clone(),
            href: row.href.clone(),
            cells: std::iter::zip(&heads, &row.figures)
                .map(|(head, both)| (head.clone(), both[0].words(f), change(f, *both)))
                .collect(),
        };
        let more = self.rows.len().saturating_sub(listed);
        Shown {
            title: f.say(&name_of(self.by)),
            about: match self.by {
                By::Group => f.t("console-share-about-group"),
                By::Category | By::Tier => f.t("console-share-about-merchant"),
            },
            rows: self.rows.iter().take(listed).map(row).collect(),
            more: (more > 0).then(|| f.t1("console-share-more", "n", more)),
            counted: self
                .counted_at_ms
                .map(|at_ms| f.say(&text!("console-share-counted", when = Moment { at_ms }))),
            heads,
        }
    }

    /// As rows of the report's table: part, figure, this week, the week before.
    pub(super) fn lines(&self, f: &Frame) -> Vec<[String; 4]> {
        let by = f.say(&name_of(self.by));
        let mut lines = Vec::new();
        for row in &self.rows {
            for ((_, key, _), [now, then]) in std::iter::zip(&self.columns, &row.figures) {
                let part = f.say(&text!("console-share-part", by = &by, name = &row.name));
                lines.push([part, named(f, key, *now), now.number(), then.number()]);
            }
        }
        lines
    }

    /// As a sheet of its own: a row for each, with three cells for each figure.
    pub(super) fn sheet(&self, f: &Frame) -> (String, Vec<String>, Vec<Vec<String>>) {
        let mut heads = vec![f.say(&name_of(self.by))];
        for (_, key, of) in &self.columns {
            let figure = named(f, key, of(&Share::default()));
            heads.push(figure.clone());
            heads.push(f.say(&text!("console-share-before", figure = &figure)));
            heads.push(f.say(&text!("console-share-change", figure = &figure)));
        }
        let row = |row: &Row| {
            let mut cells = vec![row.name.clone()];
            for [now, then] in &row.figures {
                let less = now.less(*then).map(|less| less.to_string()).unwrap_or_default();
                cells.extend([now.number(), then.number(), less]);
            }
            cells
        };
        (f.say(&name_of(self.by)), heads, self.rows.iter().map(row).collect())
    }
}

/// The name of a figure, with its unit where it has one.
fn named(f: &Frame, key: &str, figure: Figure) -> String {
    match figure {
        Figure::Count(_) => f.t(key),
        Figure::Span(_) => f.t(key) + &f.t("console-report-minutes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_only_told_of_what_can_be_compared() {
        let span = |minutes: i64| Figure::Span(Some(minutes * 60_000));
        assert_eq!(Figure::Count(2).less(Figure::Count(5)), Some(-3));
        assert_eq!(span(5).less(span(3)), Some(2));
        assert_eq!(span(5).less(Figure::Span(None)), None);
        assert_eq!(Figure::Span(None).less(span(1)), None);
    }
}
