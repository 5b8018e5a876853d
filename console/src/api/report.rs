//! `GET /api/v1/reports`: what came of a week, against the week before.

use std::iter::zip;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use bot_core::store::report::share::By;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::caller::Caller;
use super::problem::{Problem, Problems};
use crate::pages::report::share::{self, Row, Table};
use crate::pages::report::{Figure, Line, Piece, Section, gather, weeks};
use crate::state::Console;

/// The figures of a week.
#[derive(Serialize, ToSchema)]
pub(crate) struct Report {
    /// The Monday with which it begins in the hall's zone, such as `2026-11-16`.
    week: String,
    /// When it begins, unix milliseconds.
    from_ms: i64,
    /// When it is over, unix milliseconds.
    until_ms: i64,
    /// Whether it still runs.
    running: bool,
    /// The figures of which the token may see the rows behind.
    parts: Vec<PartOfReport>,
    /// The figures told apart, where that was asked for and something of them may be seen.
    told_apart: Option<ToldApart>,
}

/// Figures of one kind.
#[derive(Serialize, ToSchema)]
pub(crate) struct PartOfReport {
    /// `tickets`, `questions`, `cases`, `announcements` or `activities`.
    name: &'static str,
    /// The figures.
    figures: Vec<OneFigure>,
    /// What went out in the week.
    pieces: Vec<WhatWentOut>,
}

/// A figure of the week, and of the week before.
#[derive(Serialize, ToSchema)]
pub(crate) struct OneFigure {
    /// Its name, such as `opened`; `of_rule` for the cases of one rule.
    name: &'static str,
    /// The rule, of `of_rule`; `null` for cases that people opened.
    rule: Option<String>,
    /// `count` or `ms`.
    unit: &'static str,
    /// Of the week; `null` where there is nothing to reckon it from.
    now: Option<i64>,
    /// Of the week before.
    before: Option<i64>,
}

/// An announcement or activity that went out, with what came of it until now.
#[derive(Serialize, ToSchema)]
pub(crate) struct WhatWentOut {
    /// Its number, such as `A-12`.
    no: String,
    /// Its title.
    title: String,
    /// To how many.
    recipients: i64,
    /// How many of these it reached.
    reached: i64,
    /// How many said that they have read it; of announcements.
    read: Option<i64>,
    /// Through how many copies a link was opened; of announcements.
    clicked: Option<i64>,
    /// Whose reactions stand; of announcements.
    reacted: Option<i64>,
    /// How many joined; of activities.
    joined: Option<i64>,
    /// How many wait for a place; of activities.
    waiting: Option<i64>,
}

/// The figures of all groups, categories or tiers.
#[derive(Serialize, ToSchema)]
pub(crate) struct ToldApart {
    /// `group`, `category` or `tier`.
    by: &'static str,
    /// When they were counted, unix milliseconds, where that was not now: many are counted once a minute.
    counted_at_ms: Option<i64>,
    /// Those of which there is most to tell first, what is nobody's last.
    rows: Vec<OneRow>,
}

/// The figures of a group, a category or a tier.
#[derive(Serialize, ToSchema)]
pub(crate) struct OneRow {
    /// The group's id, the category or the tier; `null` for what is nobody's.
    of: Option<String>,
    /// What people call it.
    name: String,
    /// Its figures.
    figures: Vec<OneFigure>,
}

/// Which week, and how.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WantedReport {
    /// Any day of it, such as `2026-11-18`; without it the last whole one.
    week: Option<String>,
    /// By what the figures are told apart as well: `group`, `category` or `tier`.
    by: Option<String>,
}

/// The figures of a week against those of the week before.
#[utoipa::path(get, path = "/reports", params(WantedReport), responses((status = 200, body = Report), Problems))]
pub(crate) async fn report(
    State(console): State<Console>,
    caller: Caller,
    wanted: Result<Query<WantedReport>, QueryRejection>,
) -> Result<Json<Report>, Problem> {
    let Query(WantedReport { week, by }) = wanted?;
    let by = match by {
        Some(word) => {
            let known = By::from_word(&word);
            Some(known.ok_or_else(|| Problem::bad("`by` is `group`, `category` or `tier`."))?)
        }
        None => None,
    };
    let no_week = || Problem::bad("`week` is no day such as `2026-11-18`.");
    let (week, running) = weeks(&console, week.as_deref().unwrap_or_default()).ok_or_else(no_week)?;
    let before = week.before(&console).ok_or_else(no_week)?;
    let view = caller.view(&console);
    let parts = gather::all(&console, &view, week, before).await?;
    let told_apart = match by {
        Some(by) => {
            share::table(&console, &view, (by, false), week, before).await?.map(|table| told_apart(by, table))
        }
        None => None,
    };
    Ok(Json(Report {
        week: week.monday.to_string(),
        from_ms: week.from_ms,
        until_ms: week.until_ms,
        running: week.monday >= running.monday,
        parts: parts.into_iter().map(PartOfReport::from).collect(),
        told_apart,
    }))
}

fn figure(name: &'static str, rule: Option<String>, [now, before]: [Figure; 2]) -> OneFigure {
    let unit = if matches!(now, Figure::Count(_)) { "count" } else { "ms" };
    let value = |figure| match figure {
        Figure::Count(n) => Some(n),
        Figure::Span(ms) => ms,
    };
    OneFigure { name, rule, unit, now: value(now), before: value(before) }
}

fn told_apart(by: By, table: Table) -> ToldApart {
    let Table { columns, rows, counted_at_ms, .. } = table;
    let row = |row: Row| OneRow {
        of: Some(row.whose).filter(|whose| !whose.is_empty()),
        name: row.name,
        figures: zip(&columns, row.figures).map(|((name, ..), both)| figure(name, None, both)).collect(),
    };
    ToldApart { by: by.word(), counted_at_ms, rows: rows.into_iter().map(row).collect() }
}

impl From<Section> for PartOfReport {
    fn from(section: Section) -> Self {
        let line = |line: Line| figure(line.name, line.rule, [line.now, line.then]);
        Self {
            name: section.name,
            figures: section.lines.into_iter().map(line).collect(),
            pieces: section.pieces.into_iter().map(WhatWentOut::from).collect(),
        }
    }
}

impl From<Piece> for WhatWentOut {
    fn from(piece: Piece) -> Self {
        let [read, clicked, reacted] = match piece.answered {
            Some(answered) => answered.map(|(_, n)| Some(n)),
            None => [None; 3],
        };
        let (joined, waiting) = piece.joined.unzip();
        let Piece { no, title, recipients, reached, .. } = piece;
        Self { no, title, recipients, reached, read, clicked, reacted, joined, waiting }
    }
}
