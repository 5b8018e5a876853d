//! The ledger of an announcement: how far it has come, and what became of each copy.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use bot_core::chat::AccountId;
use bot_core::features::announcement::{self as feature, Announcement, SeriesState, State as Stage};
use bot_core::features::delivery::{CopyState, Counts, waits};
use bot_core::features::when::length;
use bot_core::ids::AnnouncementNo;
use bot_core::roster::Permission;
use bot_core::store::announcement::series::made;
use bot_core::store::delivery::Which;
use bot_core::store::{announcement, delivery, reaction};
use bot_core::text;
use bot_core::work::Work;
use serde::Deserialize;

use super::approve::{Wanted, wanted as wanted_of};
use super::copy::{CopyRow, Readers, STATES, copy_row, state_words, until};
use super::variants::{Test, piece, test_of};
use crate::asked::{Form, Query};
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::guard::Need;
use crate::once::Once;
use crate::pages::Page;
use crate::pages::list::{Narrow, Piece, cut, wanted};
use crate::pages::sight::account_name;
use crate::reader::Reader;
use crate::state::Console;

pub(super) fn pages() -> Vec<Page> {
    let may = Need::May(Permission::Announce);
    vec![
        Page::new("/announcements/{no}", may, get(one)),
        Page::new("/announcements/{no}/act", may, post(act)),
    ]
}

#[derive(Template)]
#[template(path = "announcement.html")]
struct AnnouncementPage {
    f: Frame,
    piece: Piece,
    /// By state, and by account.
    views: Vec<Narrow>,
    accounts: Vec<Narrow>,
    progress: Option<Progress>,
    copies: Vec<CopyRow>,
    /// Where those who have read it are listed, if they are asked to say so.
    acks: Option<String>,
    /// Where the links that were opened are listed, if they are counted.
    clicks: Option<String>,
    /// Whether anything stands under any copy.
    has_reactions: bool,
    /// How its texts stand, where several are tested.
    test: Option<Test>,
    next: Option<String>,
    /// This view's address.
    here: String,
    export: String,
    /// How many copies could be taken back, and what else is to be known before.
    standing: i64,
    outlook: Vec<String>,
    wanted: Option<Wanted>,
    refused: i64,
    /// Whether copies of unknown end are on the page and may be sent again.
    can_retry: bool,
    /// Whether nothing of it has gone out.
    is_open: bool,
    can_recall: bool,
    can_send_again: bool,
    can_correct: bool,
    /// When it expires, as it would be typed, while that can be changed.
    expires: Option<String>,
    /// Whether it repeats, and how that stands.
    repeat: Option<Repeat>,
    /// The template that it was made from: its number as it is shown and as it stands in addresses.
    series: Option<(String, i64)>,
    can_pause: bool,
    can_resume: bool,
    /// Whether what waits can be stopped, and how many that is.
    can_stop: bool,
    waiting: i64,
}

/// How the series of a template stands.
struct Repeat {
    goes: bool,
    can_start: bool,
    /// The latest sendings, newest first: numbers as they are shown and as they stand in addresses.
    sendings: Vec<(String, i64)>,
}

/// How many sendings of a series are named.
const SENDINGS: i64 = 10;

async fn repeat_of(look: &mut Work, one: &Announcement) -> Result<Option<Repeat>, Fault> {
    let Some(series) = feature::series_of(look, one.no).await? else { return Ok(None) };
    let made = made(look.tx().await?, one.no, SENDINGS).await?;
    let goes = series.state == SeriesState::Going;
    Ok(Some(Repeat {
        goes,
        can_start: !goes && feature::problems(one).is_empty(),
        sendings: made.into_iter().map(|no| (no.to_string(), no.0)).collect(),
    }))
}

/// How far what is under way has come.
struct Progress {
    done: i64,
    all: i64,
    words: String,
}

/// Which copies.
#[derive(Deserialize)]
pub(super) struct Copies {
    #[serde(default)]
    pub(super) state: String,
    #[serde(default)]
    pub(super) account: String,
    #[serde(default)]
    after: String,
}

impl Copies {
    /// The state that is asked for, if one is. A word that is none is nothing that can be read.
    pub(super) fn state(&self) -> Result<Option<CopyState>, Fault> {
        if self.state.is_empty() {
            return Ok(None);
        }
        CopyState::from_word(&self.state).map(Some).ok_or(Fault::Unreadable)
    }

    /// The account that is asked for.
    pub(super) fn account(&self) -> Option<AccountId> {
        (!self.account.is_empty()).then(|| AccountId::from(self.account.as_str()))
    }
}

/// The address of a view.
fn address(path: &str, state: Option<CopyState>, account: &str, after: &str) -> String {
    let state = state.map(CopyState::word).unwrap_or_default();
    let mut query = form_urlencoded::Serializer::new(String::new());
    let fields = [("state", state), ("account", account), ("after", after)];
    query.extend_pairs(fields.into_iter().filter(|(_, value)| !value.is_empty()));
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// `GET /announcements/{no}`: the text, how it went, and the copies one by one.
async fn one(
    State(console): State<Console>,
    reader: Reader,
    Path(no): Path<String>,
    Query(asked): Query<Copies>,
) -> Result<Response, Fault> {
    let no = AnnouncementNo::parse(&no).ok_or(Fault::NotFound)?;
    let mut look = console.hall.look().await?;
    let one = announcement::get(look.tx().await?, no).await?.ok_or(Fault::NotFound)?;
    let f =
        Frame::new(&console, &reader, "announcements", format!("{no} {}", one.wording.title(reader.lang)));
    let push = no.to_string();
    let counts = Counts::of(&mut look, &push).await?;
    let lines = feature::lines_with(&mut look, &one, &counts).await?;
    let (has_acks, has_clicks) = (one.ack, one.clicks);
    let (state, account) = (asked.state()?, asked.account());
    let which = Which { state, account: account.as_ref() };
    let mut copies = delivery::page_of(look.tx().await?, &push, which, &asked.after, wanted()).await?;
    let outlook = feature::recall_outlook(&mut look, &one, &counts).await?;
    let progress = progress(&mut look, &f, &one, &counts).await?;
    let wanted = wanted_of(&mut look, &f, &one).await?;
    let path = format!("/announcements/{}", no.0);
    let next = cut(&mut copies, |last| address(&path, state, &asked.account, &last.recipient));
    let readers = Readers::of(look.tx().await?, &push, &copies).await?;
    let waits = waits(&mut look, &push).await?;
    let has_reactions = reaction::any(look.tx().await?, &push).await?;
    let standing = counts.in_states(&CopyState::STANDING);
    let waiting = counts.in_states(&[CopyState::Planned, CopyState::Queued]);
    let refused = counts.in_states(&[CopyState::Rejected]);
    let ended = matches!(one.state, Stage::Sent | Stage::Stopped);
    let may_expire = ended || one.state.is_going() || one.state == Stage::Stopping;
    let expires = may_expire.then(|| feature::expires_typed(&look, &one));
    let repeat = repeat_of(&mut look, &one).await?;
    let (test, tested) = (test_of(&mut look, &f, &one).await?, feature::is_tested(&one));
    page(&AnnouncementPage {
        piece: piece(&f, &one, &lines),
        views: by_state(&f, &path, &counts, (state, &asked.account)),
        accounts: by_account(&f, &look, &path, &counts, (state, &asked.account)),
        progress,
        can_retry: (ended || one.state == Stage::Sending)
            && copies.iter().any(|copy| copy.state == CopyState::Unknown),
        here: address(&path, state, &asked.account, &asked.after),
        export: address(&format!("{path}/export"), state, &asked.account, ""),
        acks: has_acks.then(|| format!("{path}/acknowledged")),
        clicks: has_clicks.then(|| format!("{path}/clicks")),
        copies: copies
            .into_iter()
            .map(|copy| {
                let until = until(&f, &look, &copy, (&waits, tested));
                let row = copy_row(&f, &look, copy, &readers);
                CopyRow { why: until.unwrap_or(row.why), ..row }
            })
            .collect(),
        has_reactions,
        next,
        standing,
        wanted,
        outlook: outlook.iter().map(|line| f.say(line)).collect(),
        refused,
        can_recall: standing + waiting > 0 && !one.state.is_open() && one.state != Stage::Recalling,
        can_send_again: refused > 0 && ended,
        can_correct: standing > 0 && (ended || one.state == Stage::Expired),
        expires,
        repeat,
        test,
        series: one.series.map(|no| (no.to_string(), no.0)),
        can_pause: one.state == Stage::Sending,
        can_resume: one.state == Stage::Paused,
        can_stop: one.state.is_going(),
        waiting,
        is_open: one.state.is_open(),
        f,
    })
}

/// How far the sending, an edit or a recall has come.
async fn progress(
    look: &mut Work,
    f: &Frame,
    one: &Announcement,
    counts: &Counts,
) -> Result<Option<Progress>, Fault> {
    use CopyState as S;
    let editing = counts.in_states(&[S::EditPlanned, S::Editing]);
    let recalling = counts.in_states(&[S::RecallPlanned, S::Recalling]);
    let waiting = counts.in_states(&[S::Planned, S::Queued]);
    let (open, all) = match one.state {
        Stage::Sending | Stage::Paused | Stage::Stopping => {
            (waiting, counts.all() - counts.in_states(&[S::Unreachable]))
        }
        Stage::Recalling => {
            (recalling + waiting, recalling + waiting + counts.in_states(&[S::Recalled, S::RecallFailed]))
        }
        Stage::Sent | Stage::Stopped if editing > 0 => {
            (editing, editing + counts.in_states(&[S::Edited, S::EditFailed]))
        }
        _ => return Ok(None),
    };
    let left_ms = if one.state == Stage::Sending { feature::time_left(look, one, counts).await? } else { 0 };
    let words = match left_ms {
        _ if one.state == Stage::Paused => text!("console-ledger-paused", done = all - open, all = all),
        ..1_000 => text!("console-ledger-progress", done = all - open, all = all),
        _ => text!("console-ledger-progress-left", done = all - open, all = all, left = length(left_ms)),
    };
    Ok(Some(Progress { done: all - open, all, words: f.say(&words) }))
}

/// The states that there are, each with its count.
fn by_state(
    f: &Frame,
    path: &str,
    counts: &Counts,
    (here, account): (Option<CopyState>, &str),
) -> Vec<Narrow> {
    let mut views = vec![Narrow {
        href: address(path, None, account, ""),
        label: f.t("console-copies-all"),
        count: Some(counts.all()),
        here: here.is_none(),
    }];
    for (state, _, _) in STATES {
        let count = counts.in_states(&[state]);
        if count > 0 {
            views.push(Narrow {
                href: address(path, Some(state), account, ""),
                label: f.t(state_words(state).0),
                count: Some(count),
                here: here == Some(state),
            });
        }
    }
    views
}

/// The accounts that there are, each with its count; none where there is but one.
fn by_account(
    f: &Frame,
    look: &Work,
    path: &str,
    counts: &Counts,
    (state, here): (Option<CopyState>, &str),
) -> Vec<Narrow> {
    let counts = counts.accounts();
    if counts.len() < 2 {
        return Vec::new();
    }
    let all = Narrow {
        href: address(path, state, "", ""),
        label: f.t("console-ledger-all-platforms"),
        count: None,
        here: here.is_empty(),
    };
    let one = |(account, count): (&AccountId, i64)| Narrow {
        href: address(path, state, account.as_str(), ""),
        label: account_name(look, account),
        count: Some(count),
        here: account.as_str() == here,
    };
    std::iter::once(all).chain(counts.into_iter().map(one)).collect()
}

/// `POST /announcements/{no}/act`: `do` says what; `recipient`, to which copies of unknown end.
async fn act(
    State(console): State<Console>,
    reader: Reader,
    once: Once,
    Path(no): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Fault> {
    let no = AnnouncementNo::parse(&no).ok_or(Fault::NotFound)?;
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let get = |name: &str| fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let what = get("do");
    let recipients: Vec<String> =
        fields.iter().filter(|(key, _)| key == "recipient").map(|(_, value)| value.clone()).collect();
    if !matches!(what, "recall" | "again" | "cancel" | "unknown" | "pause" | "resume" | "expires")
        && !matches!(what, "repeat" | "repeat-pause" | "repeat-end" | "winner")
    {
        return Err(Fault::Unreadable);
    }
    let step = async |mut work: Work| {
        match what {
            "recall" => drop(feature::recall(&mut work, no, &staff.id).await?),
            "again" => drop(feature::send_again(&mut work, no, &staff.id).await?),
            "expires" => {
                let expires_at_ms = feature::parse_expiry(&work, get("expires"))?;
                feature::set_expiry(&mut work, no, expires_at_ms, &staff.id).await?;
            }
            "winner" => {
                let n = get("variant").parse().unwrap_or(usize::MAX);
                feature::choose(&mut work, no, n, &staff.id).await?;
            }
            "repeat" => drop(feature::start_series(&mut work, no, &staff.id).await?),
            "repeat-pause" => drop(feature::pause_series(&mut work, no, &staff.id).await?),
            "repeat-end" => drop(feature::end_series(&mut work, no, &staff.id).await?),
            "pause" => drop(feature::pause(&mut work, no, &staff.id).await?),
            "resume" => drop(feature::resume(&mut work, no, &staff.id).await?),
            "unknown" if recipients.is_empty() => {
                return Err(text!("console-ledger-none-chosen").into());
            }
            "unknown" => {
                feature::send_unknown_again(&mut work, no, &recipients, &staff.id).await?;
            }
            _ => drop(feature::cancel(&mut work, no, &staff.id).await?),
        }
        Ok((work, ()))
    };
    let path = format!("/announcements/{}", no.0);
    let back = get("back");
    let own = back.strip_prefix(&path).is_some_and(|rest| rest.is_empty() || rest.starts_with('?'));
    Ok(once.lead(&console, if own { back } else { &path }, step).await?)
}
