//! Signing up and off, the waiting list, and telling who moves up.

use serde_json::json;

use super::decide::{Room, decide_join, decide_leave};
use super::{Activity, NAME, Registration, Seat, load};
use crate::chat::{Action, Content, Lane, Lang};
use crate::directory::User;
use crate::error::Result;
use crate::features::webhook::{self, Happened};
use crate::ids::{ActivityNo, ChatId, PersonId};
use crate::store::activity;
use crate::text;
use crate::texts::{Moment, Text};
use crate::work::{Origin, Outgoing, Place, Work};

/// What somebody who signed up has now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signed {
    /// In, or waiting.
    pub seat: Seat,
    /// How many are in, or the place on the waiting list, from 1.
    pub position: i64,
    /// Whether they had this seat before.
    pub had: bool,
    /// Whether they moved up from the waiting list and could not be told.
    pub news: bool,
}

impl Signed {
    /// What to tell them.
    pub fn say(&self, one: &Activity, lang: Lang) -> Text {
        let title = one.wording.title(lang);
        match (self.seat, one.capacity) {
            _ if self.news => text!("activity-moved-up", title = title),
            (Seat::Waiting, _) => text!("activity-waiting", title = title, position = self.position),
            _ if self.had => text!("activity-in-already", title = title),
            (_, 0) => text!("activity-in", title = title, taken = self.position),
            (_, capacity) => {
                text!("activity-in-of", title = title, taken = self.position, capacity = capacity)
            }
        }
    }
}

/// Signs a person up through one of their identities, in the chat in which they asked for it. Twice is once, whichever
/// identity they use and wherever.
///
/// # Errors
/// A sentence when there is no such activity or sign-up is over.
pub async fn register(work: &mut Work, no: ActivityNo, user: &User, chat: &ChatId) -> Result<Signed> {
    let one = load(work, no).await?;
    let room = room(work, &one).await?;
    let now_ms = work.now_ms;
    let had = activity::registration(work.tx().await?, no, &user.person).await?;
    let seat = decide_join(now_ms, &room, had.as_ref().map(|row| row.seat))?;
    if let Some(row) = had.filter(|row| row.seat == seat) {
        if row.untold {
            activity::set_untold(work.tx().await?, no, &row.person, false).await?;
        }
        let position = position(work, no, &row, room.taken).await?;
        return Ok(Signed { seat, position, had: true, news: row.untold });
    }
    let new = Registration {
        person: user.person.clone(),
        user: user.id.clone(),
        name: user.name.clone(),
        chat: Some(chat.clone()),
        seat,
        seq: 0,
        joined_at_ms: now_ms,
        untold: false,
    };
    activity::register(work.tx().await?, no, &new).await?;
    let row = activity::registration(work.tx().await?, no, &user.person).await?.unwrap_or(new);
    let position = position(work, no, &row, room.taken + 1).await?;
    let signed = Signed { seat, position, had: false, news: false };
    let note = text!("activity-note-joined", no = no.to_string(), name = &user.name, seat = seat_name(seat));
    work.note(NAME, None, note);
    let detail = json!({ "no": no.to_string(), "person": user.person, "user": user.id, "name": user.name, "seat": seat.word() });
    webhook::tell(work, Happened::ActivitySignup, no, detail).await?;
    confirm(work, &one, &user.person, signed).await?;
    Ok(signed)
}

async fn position(work: &mut Work, no: ActivityNo, row: &Registration, taken: i64) -> Result<i64> {
    match row.seat {
        Seat::Waiting => Ok(activity::position(work.tx().await?, no, row.seq).await?),
        _ => Ok(taken),
    }
}

fn seat_name(seat: Seat) -> Text {
    match seat {
        Seat::In => Text::new("activity-seat-in"),
        Seat::Waiting => Text::new("activity-seat-waiting"),
        Seat::Left => Text::new("activity-seat-left"),
    }
}

/// Says it again in private, where the chat is open: what is pressed in a group is soon forgotten.
async fn confirm(work: &mut Work, one: &Activity, person: &PersonId, signed: Signed) -> Result<()> {
    let Some(reach) = activity::reach_of(work.tx().await?, one.no, person).await? else { return Ok(()) };
    let Some(chat) = reach.chat else { return Ok(()) };
    let lang = reach.lang.unwrap_or(work.hall.default_lang);
    let said = text!(
        "activity-confirmed",
        said = signed.say(one, lang),
        when = Moment { at_ms: one.starts_at_ms.unwrap_or_default() },
        no = one.no.to_string()
    );
    let said = work.hall.texts.say(lang, &said);
    work.say(Place::chat(&chat), said);
    Ok(())
}

/// Signs a person off. Who leaves a seat gives it to the first on the waiting list.
///
/// # Errors
/// A sentence when they did not take part, or it has begun.
pub async fn leave(work: &mut Work, no: ActivityNo, person: &PersonId) -> Result<()> {
    let one = load(work, no).await?;
    let room = room(work, &one).await?;
    let had = activity::registration(work.tx().await?, no, person).await?;
    let moves_up = decide_leave(work.now_ms, &room, had.as_ref().map(|row| row.seat))?;
    activity::set_seat(work.tx().await?, no, person, Seat::Left).await?;
    activity::set_untold(work.tx().await?, no, person, false).await?;
    if let Some(row) = had {
        let seat = seat_name(Seat::Left);
        work.note(
            NAME,
            None,
            text!("activity-note-joined", no = no.to_string(), name = row.name, seat = seat),
        );
    }
    if moves_up {
        let first = activity::registrations(work.tx().await?, no, Seat::Waiting, 0, 1).await?;
        if let Some(next) = first.into_iter().next() {
            move_up(work, &one, &next).await?;
        }
    }
    Ok(())
}

async fn move_up(work: &mut Work, one: &Activity, next: &Registration) -> Result<()> {
    activity::set_seat(work.tx().await?, one.no, &next.person, Seat::In).await?;
    let seat = seat_name(Seat::In);
    work.note(
        NAME,
        None,
        text!("activity-note-joined", no = one.no.to_string(), name = &next.name, seat = seat),
    );
    let reach = activity::reach_of(work.tx().await?, one.no, &next.person).await?;
    let Some((chat, lang)) = reach.and_then(|reach| Some((reach.chat?, reach.lang))) else {
        return Ok(activity::set_untold(work.tx().await?, one.no, &next.person, true).await?);
    };
    let lang = lang.unwrap_or(work.hall.default_lang);
    let said = text!(
        "activity-confirmed",
        said = text!("activity-moved-up", title = one.wording.title(lang)),
        when = Moment { at_ms: one.starts_at_ms.unwrap_or_default() },
        no = one.no.to_string()
    );
    let content = Content::text(work.hall.texts.say(lang, &said));
    let origin = Origin::new(NAME, "told", format!("{}/{}", one.no, next.person));
    let action = Action::Send(content);
    work.send(Outgoing::new(Place::chat(&chat), Lane::Talk, action).heard_by(origin));
    Ok(())
}

async fn room(work: &mut Work, one: &Activity) -> Result<Room> {
    let starts_at_ms = one.starts_at_ms.unwrap_or(0);
    Ok(Room {
        state: one.state,
        starts_at_ms,
        until_ms: one.until_ms.unwrap_or(starts_at_ms),
        capacity: one.capacity,
        taken: activity::count(work.tx().await?, one.no, Seat::In).await?,
    })
}
