//! The figures of a report, as far as the reader may see the rows behind them.

use std::collections::BTreeMap;

use bot_core::ids::{ActivityNo, AnnouncementNo};
use bot_core::roster::Permission;
use bot_core::store::answer::GivenState;
use bot_core::store::figure::{self, Figure as Counted};
use bot_core::store::report::share::{self, Weeks};
use bot_core::store::report::{self, Pushed};
use bot_core::store::{StoreError, Tx};
use bot_core::text;

use super::{Figure, Line, Piece, Section, Week};
use crate::state::Console;
use crate::view::View;

/// Both weeks' figures, in one look.
pub(crate) async fn all(
    console: &Console,
    view: &View,
    week: Week,
    before: Week,
) -> Result<Vec<Section>, StoreError> {
    let mut tx = console.hall.db.read().await?;
    let both = [week, before];
    let mut sections = Vec::new();
    if view.may(Permission::Tickets) {
        sections.push(tickets(&mut tx, view, both).await?);
    }
    if view.may(Permission::Articles) {
        sections.push(questions(&mut tx, view, both).await?);
    }
    if view.may(Permission::ReadCases) {
        sections.push(cases(console, &mut tx, view, both).await?);
    }
    if view.may(Permission::Announce) {
        let now = report::announced(&mut tx, week.from_ms, week.until_ms).await?;
        let then = report::announced(&mut tx, before.from_ms, before.until_ms).await?;
        sections.push(announcements(view, now, &then));
    }
    if view.may(Permission::Activities) {
        let now = report::organised(&mut tx, week.from_ms, week.until_ms).await?;
        let then = report::organised(&mut tx, before.from_ms, before.until_ms).await?;
        let signed_up = counted(&mut tx, Counted::SignedUp, both).await?;
        sections.push(activities(view, now, &then, signed_up));
    }
    Ok(sections)
}

/// A figure, by its name for programs and the key of its name for people.
fn line(
    view: &View,
    (name, key): (&'static str, &str),
    href: Option<&'static str>,
    [now, then]: [Figure; 2],
) -> Line {
    Line { name, rule: None, words: view.t(key), href, now, then }
}

async fn counted(tx: &mut Tx, what: Counted, [week, before]: [Week; 2]) -> Result<[Figure; 2], StoreError> {
    let now = figure::count(tx, what, week.from_ms, week.until_ms).await?;
    Ok([now, figure::count(tx, what, before.from_ms, before.until_ms).await?].map(Figure::Count))
}

/// The value that so many percent of all do not exceed (nearest rank).
pub(super) fn percentile(values: &mut [i64], percent: usize) -> Figure {
    values.sort_unstable();
    let rank = (values.len() * percent).div_ceil(100).max(1);
    Figure::Span(values.get(rank - 1).copied())
}

async fn tickets(tx: &mut Tx, view: &View, both: [Week; 2]) -> Result<Section, StoreError> {
    let [mut opened, mut answered, mut solved] = [[Figure::Count(0); 2]; 3];
    let [mut reply, mut reply_90, mut taken, mut taken_90] = [[Figure::Span(None); 2]; 4];
    let [week, before] = both;
    let weeks = Weeks { from_ms: before.from_ms, turn_ms: week.from_ms, until_ms: week.until_ms };
    let [then, now] = share::all_tickets(tx, weeks).await?;
    for (at, mut of) in [now, then].into_iter().enumerate() {
        let count = |n: usize| Figure::Count(i64::try_from(n).unwrap_or(i64::MAX));
        (opened[at], answered[at], solved[at]) =
            (Figure::Count(of.opened), count(of.waits_ms.len()), count(of.took_ms.len()));
        (reply[at], reply_90[at]) = (percentile(&mut of.waits_ms, 50), percentile(&mut of.waits_ms, 90));
        (taken[at], taken_90[at]) = (percentile(&mut of.took_ms, 50), percentile(&mut of.took_ms, 90));
    }
    let lines = vec![
        line(view, ("opened", "console-report-opened"), Some("/tickets?view=open"), opened),
        line(view, ("answered", "console-report-answered"), None, answered),
        line(view, ("solved", "console-report-solved"), Some("/tickets?view=closed"), solved),
        line(view, ("first_reply_p50", "console-report-reply"), None, reply),
        line(view, ("first_reply_p90", "console-report-reply-90"), None, reply_90),
        line(view, ("resolution_p50", "console-report-taken"), None, taken),
        line(view, ("resolution_p90", "console-report-taken-90"), None, taken_90),
    ];
    Ok(Section { name: "tickets", title: "console-place-tickets", lines, pieces: Vec::new() })
}

async fn questions(tx: &mut Tx, view: &View, both: [Week; 2]) -> Result<Section, StoreError> {
    let answered = counted(tx, Counted::Answered, both).await?;
    let unanswered = counted(tx, Counted::Unanswered, both).await?;
    let mut asked = [Figure::Count(0); 2];
    for ((asked, answered), unanswered) in asked.iter_mut().zip(answered).zip(unanswered) {
        if let (Figure::Count(answered), Figure::Count(unanswered)) = (answered, unanswered) {
            *asked = Figure::Count(answered + unanswered);
        }
    }
    let mut judged = [[Figure::Count(0); 2]; 2];
    for (row, state) in judged.iter_mut().zip([GivenState::Solved, GivenState::Unsolved]) {
        for (figure, week) in row.iter_mut().zip(both) {
            *figure = Figure::Count(report::given(tx, state, week.from_ms, week.until_ms).await?);
        }
    }
    let lines = vec![
        line(view, ("asked", "console-report-asked"), Some("/knowledge"), asked),
        line(view, ("answered", "console-day-answered"), None, answered),
        line(view, ("helped", "console-report-helped"), None, judged[0]),
        line(view, ("not_helped", "console-report-helped-not"), None, judged[1]),
        line(view, ("unanswered", "console-day-unanswered"), None, unanswered),
    ];
    Ok(Section { name: "questions", title: "console-place-knowledge", lines, pieces: Vec::new() })
}

async fn cases(console: &Console, tx: &mut Tx, view: &View, both: [Week; 2]) -> Result<Section, StoreError> {
    let mut rules: BTreeMap<Option<String>, [i64; 2]> = BTreeMap::new();
    let (mut all, mut withdrawn) = ([0; 2], [0; 2]);
    for (at, week) in both.into_iter().enumerate() {
        for of in report::rules(tx, week.from_ms, week.until_ms).await? {
            all[at] += of.cases;
            withdrawn[at] += of.withdrawn;
            rules.entry(of.rule).or_default()[at] += of.cases;
        }
    }
    let mut lines = vec![
        line(view, ("cases", "console-day-cases"), Some("/moderation?view=all"), all.map(Figure::Count)),
        line(view, ("withdrawn", "console-report-withdrawn"), None, withdrawn.map(Figure::Count)),
    ];
    let mut rules: Vec<_> = rules.into_iter().collect();
    rules.sort_by_key(|(_, counts)| std::cmp::Reverse(*counts));
    let engine = console.hall.policy.engine();
    lines.extend(rules.into_iter().map(|(rule, counts)| {
        let words = match &rule {
            Some(rule) => called(view, engine.policy().title_of(rule).get(view.lang.tag()), rule),
            None => view.t("console-report-by-hand"),
        };
        let [now, then] = counts.map(Figure::Count);
        Line { name: "of_rule", rule, words, href: None, now, then }
    }));
    Ok(Section { name: "cases", title: "console-place-moderation", lines, pieces: Vec::new() })
}

/// A rule by its title and id, or by its id alone where the policy has it no more.
fn called(view: &View, title: &str, rule: &str) -> String {
    if title == rule {
        rule.to_owned()
    } else {
        view.say(&text!("console-report-rule", title = title, rule = rule))
    }
}

/// How many went out, to how many, and how many of these they reached.
fn reach(view: &View, out: (&'static str, &str), now: &[Pushed], then: &[Pushed]) -> Vec<Line> {
    let count = |n: fn(&Pushed) -> i64| [now, then].map(|all| Figure::Count(all.iter().map(n).sum()));
    vec![
        line(view, out, None, count(|_| 1)),
        line(view, ("recipients", "console-report-recipients"), None, count(|one| one.recipients)),
        line(view, ("reached", "console-report-reached"), None, count(|one| one.reached)),
    ]
}

fn piece(view: &View, no: String, path: &str, one: Pushed, joins: bool) -> Piece {
    Piece {
        no,
        href: format!("{path}/{}", one.no),
        title: one.wording.title(view.lang).to_owned(),
        recipients: one.recipients,
        reached: one.reached,
        answered: (!joins).then_some([
            ("console-report-read", one.read),
            ("console-report-clicked", one.clicked),
            ("console-report-reacted", one.reacted),
        ]),
        joined: joins.then_some((one.joined, one.waiting)),
    }
}

fn announcements(view: &View, now: Vec<Pushed>, then: &[Pushed]) -> Section {
    let mut lines = reach(view, ("sent", "console-report-announced"), &now, then);
    let count = |n: fn(&Pushed) -> i64| [&now[..], then].map(|all| Figure::Count(all.iter().map(n).sum()));
    lines.push(line(view, ("read", "console-report-read"), None, count(|one| one.read)));
    lines.push(line(view, ("clicked", "console-report-clicked"), None, count(|one| one.clicked)));
    lines.push(line(view, ("reacted", "console-report-reacted"), None, count(|one| one.reacted)));
    let pieces = now
        .into_iter()
        .map(|one| piece(view, AnnouncementNo(one.no).to_string(), "/announcements", one, false))
        .collect();
    Section { name: "announcements", title: "console-place-announcements", lines, pieces }
}

fn activities(view: &View, now: Vec<Pushed>, then: &[Pushed], signed_up: [Figure; 2]) -> Section {
    let mut lines = reach(view, ("published", "console-report-organised"), &now, then);
    let count = |n: fn(&Pushed) -> i64| [&now[..], then].map(|all| Figure::Count(all.iter().map(n).sum()));
    lines.push(line(view, ("joined", "console-report-joined"), None, count(|one| one.joined)));
    lines.push(line(view, ("waiting", "console-report-waiting"), None, count(|one| one.waiting)));
    lines.push(line(view, ("signed_up", "console-day-signed-up"), Some("/activities"), signed_up));
    let pieces = now
        .into_iter()
        .map(|one| piece(view, ActivityNo(one.no).to_string(), "/activities", one, true))
        .collect();
    Section { name: "activities", title: "console-place-activities", lines, pieces }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let of = |values: &[i64], percent| percentile(&mut values.to_vec(), percent);
        assert_eq!(of(&[], 50), Figure::Span(None));
        assert_eq!((of(&[7], 50), of(&[7], 90)), (Figure::Span(Some(7)), Figure::Span(Some(7))));
        let ten: Vec<i64> = (1..=10).rev().collect();
        assert_eq!((of(&ten, 50), of(&ten, 90)), (Figure::Span(Some(5)), Figure::Span(Some(9))));
        assert_eq!(of(&[1, 2, 100], 50), Figure::Span(Some(2)));
    }
}
