//! The ledger of announcements: what was said, to whom, and what became of each copy.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use bot_core::features::announcement::{self as feature, State as Stage};
use bot_core::features::delivery::{CopyState, Counts, reason};
use bot_core::ids::AnnouncementNo;
use bot_core::roster::Permission;
use bot_core::store::delivery::StoredCopy;
use bot_core::store::{announcement, delivery};
use bot_core::texts::Text;
use bot_core::work::Work;
use serde::Deserialize;

use super::Page;
use super::list::{Narrow, Piece, cut, lang_name, staff_name, wanted};
use crate::asked::{Below, Do, Form, Query};
use crate::fault::Fault;
use crate::frame::{Frame, Moment, page};
use crate::guard::Need;
use crate::reader::Reader;
use crate::state::Console;

pub(super) fn pages() -> Vec<Page> {
    let may = Need::May(Permission::Announce);
    vec![
        Page::new("/announcements", may, get(list)),
        Page::new("/announcements/{no}", may, get(one)),
        Page::new("/announcements/{no}/act", may, post(act)),
    ]
}

#[derive(Template)]
#[template(path = "announcements.html")]
struct AnnouncementsPage {
    f: Frame,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "announcement.html")]
struct AnnouncementPage {
    f: Frame,
    piece: Piece,
    views: Vec<Narrow>,
    copies: Vec<CopyRow>,
    next: Option<String>,
    /// How many copies could be taken back.
    standing: i64,
    /// Whether nothing of it has gone out.
    is_open: bool,
    can_recall: bool,
    can_send_again: bool,
}

struct Row {
    no: String,
    number: i64,
    title: String,
    state: String,
    class: &'static str,
    by: String,
    at: Moment,
    ago: String,
}

struct CopyRow {
    name: String,
    state: String,
    class: &'static str,
    why: String,
    lang: String,
    at: Option<Moment>,
    again: Option<String>,
}

/// Which copies.
#[derive(Deserialize)]
struct Copies {
    #[serde(default)]
    state: String,
    #[serde(default)]
    after: String,
}

/// What is done with the whole announcement.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Act {
    Recall,
    Again,
    Cancel,
}

/// `GET /announcements`.
async fn list(
    State(console): State<Console>,
    reader: Reader,
    Query(asked): Query<Below>,
) -> Result<Response, Fault> {
    let title = console.hall.texts.say(reader.lang, &Text::new("console-place-announcements"));
    let f = Frame::new(&console, &reader, "announcements", title);
    let mut tx = console.hall.db.read().await?;
    let mut all = announcement::list(&mut tx, asked.below.map(AnnouncementNo), wanted()).await?;
    let next = cut(&mut all, |last| format!("/announcements?below={}", last.no.0));
    let row = |one: announcement::Announcement| Row {
        no: one.no.to_string(),
        number: one.no.0,
        title: one.wording.title(reader.lang).to_owned(),
        state: f.say(&one.state.name()),
        class: if matches!(one.state, Stage::Sending | Stage::Recalling) { "warn" } else { "" },
        by: staff_name(&console, &one.by),
        at: f.moment(one.created_at_ms),
        ago: f.ago(one.created_at_ms),
    };
    let rows = all.into_iter().map(row).collect();
    page(&AnnouncementsPage { rows, next, f })
}

/// `GET /announcements/{no}`: the text, how it went, and the copies one by one.
async fn one(
    State(console): State<Console>,
    reader: Reader,
    Path(no): Path<String>,
    Query(wanted_copies): Query<Copies>,
) -> Result<Response, Fault> {
    let no = AnnouncementNo::parse(&no).ok_or(Fault::NotFound)?;
    let mut look = console.hall.look().await?;
    let one = announcement::get(look.tx().await?, no).await?.ok_or(Fault::NotFound)?;
    let lines = feature::lines(&mut look, &one).await?;
    let counts = Counts::of(&mut look, &no.to_string()).await?;
    let state = CopyState::from_word(&wanted_copies.state);
    let push = no.to_string();
    let mut copies = delivery::page(look.tx().await?, &push, state, &wanted_copies.after, wanted()).await?;
    drop(look);
    let f =
        Frame::new(&console, &reader, "announcements", format!("{no} {}", one.wording.title(reader.lang)));
    let word = state.map(CopyState::word).unwrap_or_default();
    let next = cut(&mut copies, |last| {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("state", word), ("after", &last.recipient)])
            .finish();
        format!("/announcements/{}?{query}", no.0)
    });
    let standing = counts.in_states(&CopyState::STANDING);
    let waiting = counts.in_states(&[CopyState::Planned, CopyState::Queued]);
    let failed = counts.in_states(&[CopyState::Rejected, CopyState::Unknown]);
    page(&AnnouncementPage {
        piece: Piece::new(&f, (push, no.0), &one.state.name(), &one.wording, &lines),
        views: views(&f, no, &counts, state),
        copies: copies.into_iter().map(|copy| copy_row(&f, copy)).collect(),
        next,
        standing,
        can_recall: standing + waiting > 0 && !one.state.is_open() && one.state != Stage::Recalling,
        can_send_again: failed > 0 && matches!(one.state, Stage::Sent),
        is_open: one.state.is_open(),
        f,
    })
}

/// The states that there are, each with its count.
fn views(f: &Frame, no: AnnouncementNo, counts: &Counts, here: Option<CopyState>) -> Vec<Narrow> {
    let mut views = vec![Narrow {
        href: format!("/announcements/{}", no.0),
        label: f.t("console-copies-all"),
        count: Some(counts.all()),
        here: here.is_none(),
    }];
    for (state, _, _) in STATES {
        let count = counts.in_states(&[state]);
        if count > 0 {
            views.push(Narrow {
                href: format!("/announcements/{}?state={}", no.0, state.word()),
                label: f.t(state_words(state).0),
                count: Some(count),
                here: here == Some(state),
            });
        }
    }
    views
}

/// States of copies with their words and colours.
const STATES: [(CopyState, &str, &str); 15] = [
    (CopyState::Planned, "console-copy-planned", ""),
    (CopyState::Queued, "console-copy-queued", ""),
    (CopyState::Sent, "console-copy-sent", "good"),
    (CopyState::Rejected, "console-copy-rejected", "bad"),
    (CopyState::Unknown, "console-copy-unknown", "warn"),
    (CopyState::Unreachable, "console-copy-unreachable", "warn"),
    (CopyState::Cancelled, "console-copy-cancelled", ""),
    (CopyState::EditPlanned, "console-copy-edit-planned", ""),
    (CopyState::Editing, "console-copy-editing", ""),
    (CopyState::Edited, "console-copy-edited", "good"),
    (CopyState::EditFailed, "console-copy-edit-failed", "bad"),
    (CopyState::RecallPlanned, "console-copy-recall-planned", ""),
    (CopyState::Recalling, "console-copy-recalling", ""),
    (CopyState::Recalled, "console-copy-recalled", ""),
    (CopyState::RecallFailed, "console-copy-recall-failed", "bad"),
];

fn state_words(state: CopyState) -> (&'static str, &'static str) {
    STATES.iter().find(|(of, ..)| *of == state).map_or(("", ""), |(_, key, class)| (key, class))
}

fn copy_row(f: &Frame, copy: StoredCopy) -> CopyRow {
    let (key, class) = state_words(copy.state);
    let why = copy.reason.as_deref().map(|word| f.say(&reason(word)));
    let is_unknown = copy.state == CopyState::Unknown;
    CopyRow {
        name: copy.name,
        state: f.t(key),
        class,
        why: [why, copy.detail].into_iter().flatten().collect::<Vec<_>>().join(" · "),
        lang: f.say(&lang_name(copy.lang)),
        at: copy.sent_at_ms.map(|at_ms| f.moment(at_ms)),
        again: copy.outbox.filter(|_| is_unknown).map(|id| id.to_string()),
    }
}

/// `POST /announcements/{no}/act`.
async fn act(
    State(console): State<Console>,
    reader: Reader,
    Path(no): Path<String>,
    Form(act): Form<Do<Act>>,
) -> Result<Response, Fault> {
    let no = AnnouncementNo::parse(&no).ok_or(Fault::NotFound)?;
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let step = async |mut work: Work| {
        match act.what {
            Act::Recall => feature::recall(&mut work, no, &staff.id).await?,
            Act::Again => feature::send_again(&mut work, no, &staff.id).await?,
            Act::Cancel => feature::cancel(&mut work, no, &staff.id).await?,
        };
        Ok((work, ()))
    };
    console.hall.in_one_commit(step).await?;
    Ok(Redirect::to(&format!("/announcements/{}", no.0)).into_response())
}
