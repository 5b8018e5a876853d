//! What went out without an answer, and sending it again.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use bot_core::chat::{Action, Lane};
use bot_core::error::FeatureError;
use bot_core::ids::{OutboxId, StaffId};
use bot_core::roster::Permission;
use bot_core::store::outbox::StoredOutbox;
use bot_core::store::{StoreError, chat, outbox};
use bot_core::text;
use bot_core::texts::Text;
use bot_core::work::Work;
use serde::Deserialize;

use super::Page;
use crate::asked::Form;
use crate::fault::Fault;
use crate::frame::{Frame, Moment, page};
use crate::guard::Need;
use crate::once::{Once, Posted};
use crate::reader::Reader;
use crate::session::sign_in::own_path;
use crate::state::Console;

/// Rows shown.
const SHOWN: i64 = 200;
/// Characters of a message shown.
const CUT_CHARS: usize = 120;

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::new("/outbox", Need::Staff, get(list)),
        Page::new("/outbox/{id}/again", Need::Staff, post(again)),
    ]
}

#[derive(Template)]
#[template(path = "outbox.html")]
struct OutboxPage {
    f: Frame,
    rows: Vec<Row>,
}

/// One action of unknown end.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) at: Moment,
    pub(super) ago: String,
    pub(super) chat: String,
    pub(super) what: String,
    pub(super) words: String,
    pub(super) why: String,
    pub(super) can_retry: bool,
}

/// `GET /outbox`.
async fn list(State(console): State<Console>, reader: Reader) -> Result<Response, Fault> {
    let title = console.hall.texts.say(reader.lang, &Text::new("console-outbox"));
    let f = Frame::new(&console, &reader, "overview", title);
    let rows = rows(&console, &f, SHOWN).await?;
    page(&OutboxPage { f, rows })
}

/// The oldest actions of unknown end that the reader may know of.
pub(super) async fn rows(console: &Console, f: &Frame, limit: i64) -> Result<Vec<Row>, StoreError> {
    let mut tx = console.hall.db.read().await?;
    let all = outbox::unknown(&mut tx, limit).await?;
    let chats = chat::some(&mut tx, &all.iter().map(|stored| &stored.place.chat).collect::<Vec<_>>()).await?;
    let row = |stored: StoredOutbox| {
        let title = chats.get(&stored.place.chat).map(|chat| chat.title.clone());
        Row {
            id: stored.id.to_string(),
            at: f.moment(stored.created_at_ms),
            ago: f.ago(stored.created_at_ms),
            chat: title.filter(|title| !title.is_empty()).unwrap_or_else(|| f.t("console-private-chat")),
            what: f.say(&action_words(stored.action.word())),
            words: words_of(&stored.action),
            why: stored.error.as_ref().map(|(_, why)| why.clone()).unwrap_or_default(),
            can_retry: f.reader.staff().is_some_and(|staff| staff.may(right_for(&stored))),
        }
    };
    Ok(all.into_iter().map(row).collect())
}

/// The words for an action, by its [`Action::word`].
pub(super) fn action_words(word: &str) -> Text {
    match word {
        "send" => text!("console-action-send"),
        "edit" => text!("console-action-edit"),
        "delete" => text!("console-action-delete"),
        "pin" => text!("console-action-pin"),
        "unpin" => text!("console-action-unpin"),
        "mute" => text!("console-action-mute"),
        "unmute" => text!("console-action-unmute"),
        "kick" => text!("console-action-kick"),
        "ban" => text!("console-action-ban"),
        "unban" => text!("console-action-unban"),
        "open_thread" => text!("console-action-open-thread"),
        "rename_thread" => text!("console-action-rename-thread"),
        "close_thread" => text!("console-action-close-thread"),
        "reopen_thread" => text!("console-action-reopen-thread"),
        "answer_press" => text!("console-action-answer-press"),
        "show_form" => text!("console-action-show-form"),
        "drop_form" => text!("console-action-drop-form"),
        other => text!("console-action-other", kind = other),
    }
}

/// The beginning of what an action says.
fn words_of(action: &Action) -> String {
    let full = match action {
        Action::Send(content) | Action::Post(content) | Action::Edit { content, .. } => {
            content.text.text.as_str()
        }
        Action::OpenThread { title } | Action::RenameThread { title, .. } => title,
        Action::ShowForm { form, .. } => &form.title,
        _ => "",
    };
    let mut cut: String = full.chars().take(CUT_CHARS).collect();
    if cut.len() < full.len() {
        cut.push('…');
    }
    cut
}

/// The right that somebody needs to send this again: the one with which it was sent.
pub(crate) fn right_for(stored: &StoredOutbox) -> Permission {
    match (&stored.lane, stored.origin.as_ref().map(|origin| origin.feature.as_str())) {
        (_, Some("activity")) => Permission::Activities,
        (_, Some("ticket")) | (Lane::Talk, _) => Permission::Tickets,
        (Lane::Urgent, _) => Permission::Moderate,
        (Lane::Files, _) => Permission::Administer,
        (Lane::Bulk, _) => Permission::Announce,
    }
}

/// What came of sending something again.
pub(crate) enum Again {
    /// It is on its way.
    Sent,
    /// Its end is known by now, or there is none such.
    Settled,
    /// Not by this person.
    NotAllowed,
}

/// Sends an action of unknown end once more.
pub(crate) async fn retry(work: &mut Work, by: &StaffId, id: &OutboxId) -> Result<Again, FeatureError> {
    let now_ms = work.now_ms;
    let Some(stored) = outbox::get(work.tx().await?, id).await? else { return Ok(Again::Settled) };
    if work.hall.roster.load().who_may(by, right_for(&stored)).is_none() {
        return Ok(Again::NotAllowed);
    }
    if !outbox::retry_unknown(work.tx().await?, id, now_ms).await? {
        return Ok(Again::Settled);
    }
    work.audit_staff(by, "outbox.again", id, None).await?;
    work.outbox_changed();
    Ok(Again::Sent)
}

/// Where to go on after it was sent again.
#[derive(Deserialize)]
struct Back {
    #[serde(default)]
    back: String,
}

/// `POST /outbox/{id}/again`.
async fn again(
    State(console): State<Console>,
    reader: Reader,
    once: Once,
    Path(id): Path<String>,
    Form(on): Form<Back>,
) -> Result<Response, Fault> {
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let id = OutboxId(id);
    let step = async |mut work: Work| {
        let came = retry(&mut work, &staff.id, &id).await?;
        Ok((work, came))
    };
    let back = if on.back.is_empty() { "/outbox" } else { own_path(&on.back) };
    let to = |came: &Again| matches!(came, Again::Sent).then(|| back.to_owned());
    match once.commit(&console, to, step).await? {
        Posted::Before(there) => Ok(there),
        Posted::Now(Again::Sent) => Ok(Redirect::to(back).into_response()),
        Posted::Now(Again::Settled) => Err(Fault::Refused(text!("console-outbox-settled"))),
        Posted::Now(Again::NotAllowed) => Err(Fault::Forbidden),
    }
}
