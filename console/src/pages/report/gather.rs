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
use crate::frame::Frame;
use crate::state::Console;

/// Both weeks' figures, in one look.
pub(super) async fn all(
    console: &Console,
    f: &Frame,
    week: Week,
    before: Week,
) -> Result<Vec<Section>, StoreError> {
    let mut tx = console.hall.db.read().await?;
    let both = [week, before];
    let mut sections = Vec::new();
    if f.may(Permission::Tickets) {
        sections.push(tickets(&mut tx, f, both).await?);
    }
    if f.may(Permission::Articles) {
        sections.push(questions(&mut tx, f, both).await?);
    }
    if f.may(Permission::ReadCases) {
        sections.push(cases(console, &mut tx, f, both).await?);
    }
    if f.may(Permission::Announce) {
        let now = report::announced(&mut tx, week.from_ms, week.until_ms).await?;
        let then = report::announced(&mut tx, before.from_ms, before.until_ms).await?;
        sections.push(announcements(f, now, &then));
    }
    if f.may(Permission::Activities) {
        let now = report::organised(&mut tx, week.from_ms, week.until_ms).await?;
        let then = report::organised(&mut tx, before.from_ms, before.until_ms).await?;
        let signed_up = counted(&mut tx, Counted::SignedUp, both).await?;
        sections.push(activities(f, now, &then, signed_up));
    }
    Ok(sections)
}

fn line(f: &Frame, key: &str, href: Option<&str>, [now, then]: [Figure; 2]) -> Line {
    Line { words: f.t(key), href: href.map(str::to_owned), now, then }
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

async fn tickets(tx: &mut Tx, f: &Frame, both: [Week; 2]) -> Result<Section, StoreError> {
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
        line(f, "console-report-opened", Some("/tickets?view=open"), opened),
        line(f, "console-report-answered", None, answered),
        line(f, "console-report-solved", Some("/tickets?view=closed"), solved),
        line(f, "console-report-reply", None, reply),
        line(f, "console-report-reply-90", None, reply_90),
        line(f, "console-report-taken", None, taken),
        line(f, "console-report-taken-90", None, taken_90),
    ];
    Ok(Section { title: "console-place-tickets", lines, pieces: Vec::new() })
}

async fn questions(tx: &mut Tx, f: &Frame, both: [Week; 2]) -> Result<Section, StoreError> {
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
        line(f, "console-report-asked", Some("/knowledge"), asked),
        line(f, "console-day-answered", None, answered),
        line(f, "console-report-helped", None, judged[0]),
        line(f, "console-report-helped-not", None, judged[1]),
        line(f, "console-day-unanswered", None, unanswered),
    ];
    Ok(Section { title: "console-place-knowledge", lines, pieces: Vec::new() })
}

async fn cases(console: &Console, tx: &mut Tx, f: &Frame, both: [Week; 2]) -> Result<Section, StoreError> {
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
        line(f, "console-day-cases", Some("/moderation?view=all"), all.map(Figure::Count)),
        line(f, "console-report-withdrawn", None, withdrawn.map(Figure::Count)),
    ];
    let mut rules: Vec<_> = rules.into_iter().collect();
    rules.sort_by_key(|(_, counts)| std::cmp::Reverse(*counts));
    let engine = console.hall.policy.engine();
    lines.extend(rules.into_iter().map(|(rule, counts)| {
        let words = match rule {
            Some(rule) => called(f, engine.policy().title_of(&rule).get(f.reader.lang.tag()), rule),
            None => f.t("console-report-by-hand"),
        };
        let [now, then] = counts.map(Figure::Count);
        Line { words, href: None, now, then }
    }));
    Ok(Section { title: "console-place-moderation", lines, pieces: Vec::new() })
}

/// A rule by its title and id, or by its id alone where the policy has it no more.
fn called(f: &Frame, title: &str, rule: String) -> String {
    if title == rule { rule } else { f.say(&text!("console-report-rule", title = title, rule = rule)) }
}

/// How many went out, to how many, and how many of these they reached.
fn reach(f: &Frame, out: &str, now: &[Pushed], then: &[Pushed]) -> Vec<Line> {
    let count = |n: fn(&Pushed) -> i64| [now, then].map(|all| Figure::Count(all.iter().map(n).sum()));
    vec![
        line(f, out, None, count(|_| 1)),
        line(f, "console-report-recipients", None, count(|one| one.recipients)),
        line(f, "console-report-reached", None, count(|one| one.reached)),
    ]
}

fn piece(f: &Frame, no: String, path: &str, one: Pushed, joins: bool) -> Piece {
    Piece {
        no,
        href: format!("{path}/{}", one.no),
        title: one.wording.title(f.reader.lang).to_owned(),
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

fn announcements(f: &Frame, now: Vec<Pushed>, then: &[Pushed]) -> Section {
    let mut lines = reach(f, "console-report-announced", &now, then);
    let count = |n: fn(&Pushed) -> i64| [&now[..], then].map(|all| Figure::Count(all.iter().map(n).sum()));
    lines.push(line(f, "console-report-read", None, count(|one| one.read)));
    lines.push(line(f, "console-report-clicked", None, count(|one| one.clicked)));
    lines.push(line(f, "console-report-reacted", None, count(|one| one.reacted)));
    let pieces = now
        .into_iter()
        .map(|one| piece(f, AnnouncementNo(one.no).to_string(), "/announcements", one, false))
        .collect();
    Section { title: "console-place-announcements", lines, pieces }
}

fn activities(f: &Frame, now: Vec<Pushed>, then: &[Pushed], signed_up: [Figure; 2]) -> Section {
    let mut lines = reach(f, "console-report-organised", &now, then);
    let count = |n: fn(&Pushed) -> i64| [&now[..], then].map(|all| Figure::Count(all.iter().map(n).sum()));
    lines.push(line(f, "console-report-joined", None, count(|one| one.joined)));
    lines.push(line(f, "console-report-waiting", None, count(|one| one.waiting)));
    lines.push(line(f, "console-day-signed-up", Some("/activities"), signed_up));
    let pieces = now
        .into_iter()
        .map(|one| piece(f, ActivityNo(one.no).to_string(), "/activities", one, true))
        .collect();
    Section { title: "console-place-activities", lines, pieces }
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
