//! `/activity` for staff; `/activities`, `/join` and `/leave` for everybody.

use super::{Activity, Seat, acts, card, form, load, signup, staff_of};
use crate::chat::{Button, ButtonDo, Content};
use crate::error::Result;
use crate::feature::{Actor, Invocation, Offer, Typed};
use crate::ids::ActivityNo;
use crate::store::activity;
use crate::text;
use crate::texts::{Arg, Moment, Text};
use crate::work::Work;

/// How many activities a list shows.
const LISTED: i64 = 10;

/// How many activities are offered to who types a command about one.
const OFFERED: i64 = 50;
/// What is done to an activity by its number.
const VERBS: [&str; 4] = ["publish", "close", "again", "cancel"];

/// Activities that one can sign up for, those that one signed up for, or all behind what staff do to them.
pub(super) async fn offer(work: &mut Work, typed: &Typed) -> Result<Vec<Offer>> {
    let (at, now_ms) = (&typed.at, work.now_ms);
    let tx = work.tx().await?;
    let (all, verb) = match typed.spec.name {
        "join" => (activity::open(tx, OFFERED).await?, None),
        "leave" => (activity::of_person(tx, &at.user.person, now_ms, OFFERED).await?, None),
        _ => (activity::list(tx, None, OFFERED).await?, typed.verb(&VERBS)),
    };
    let mut offers = Vec::new();
    for one in &all {
        let line = line(work, at, one).await?;
        offers.push(Offer::new(one.no, work.hall.texts.say(at.lang, &line)).behind(verb));
    }
    Ok(offers)
}

/// Does what stands behind `/activity`.
pub(super) async fn activity(work: &mut Work, at: &Actor, what: &str) -> Result<()> {
    let staff = staff_of(at)?.id.clone();
    let mut words = what.split_whitespace();
    let verb = words.next().unwrap_or_default().to_lowercase();
    let no = words.next().and_then(ActivityNo::parse);
    let one = match (verb.as_str(), no) {
        ("" | "new", None) => return form::open_new(work, at).await,
        ("list", _) => return list(work, at).await,
        ("close", Some(no)) => acts::close(work, no, &staff).await?,
        ("cancel", Some(no)) => acts::cancel(work, no, &staff).await?,
        ("publish", Some(no)) => acts::publish(work, no, &staff).await?,
        ("again", Some(no)) => acts::send_again(work, no, &staff).await?,
        (typed, None) => match ActivityNo::parse(typed) {
            Some(no) => load(work, no).await?,
            None => return Err(Text::new("activity-usage").into()),
        },
        _ => return Err(Text::new("activity-usage").into()),
    };
    say_card(work, at, &one, &[]).await
}

/// Shows a card where somebody is.
pub(super) async fn say_card(work: &mut Work, at: &Actor, one: &Activity, first: &[Text]) -> Result<()> {
    let content = card::card(work, one, at.lang, first).await?;
    work.say(at.place(), content);
    Ok(())
}

async fn list(work: &mut Work, at: &Actor) -> Result<()> {
    let newest = activity::list(work.tx().await?, None, LISTED).await?;
    if newest.is_empty() {
        return Err(Text::new("activity-list-empty").into());
    }
    let mut lines = Vec::new();
    for one in &newest {
        let line = text!("activity-list-staff", line = line(work, at, one).await?, state = one.state.name());
        lines.push(work.hall.texts.say(at.lang, &line));
    }
    work.say(at.place(), lines.join("\n"));
    Ok(())
}

/// One activity in a list: what, when, how full.
async fn line(work: &mut Work, at: &Actor, one: &Activity) -> Result<Text> {
    let taken = activity::count(work.tx().await?, one.no, Seat::In).await?;
    let places = match one.capacity {
        0 => text!("activity-taken", taken = taken),
        capacity => text!("activity-taken-of", taken = taken, capacity = capacity),
    };
    let starts = one.starts_at_ms.map_or_else(|| Arg::from(""), |at_ms| Moment { at_ms }.into());
    Ok(text!(
        "activity-list-line",
        no = one.no.to_string(),
        title = one.wording.title(at.lang),
        starts = starts,
        places = places
    ))
}

/// Lists what one can sign up for; in private, with one's own place and buttons.
pub(super) async fn activities(work: &mut Work, at: &Actor) -> Result<()> {
    let mut all = activity::open(work.tx().await?, LISTED).await?;
    let now_ms = work.now_ms;
    let private = at.chat.is_direct();
    if private {
        for mine in activity::of_person(work.tx().await?, &at.user.person, now_ms, LISTED).await? {
            if !all.iter().any(|one| one.no == mine.no) {
                all.push(mine);
            }
        }
    }
    if all.is_empty() {
        return Err(Text::new("activity-none-open").into());
    }
    let (mut lines, mut rows) = (Vec::new(), Vec::new());
    for one in &all {
        let line = line(work, at, one).await?;
        let mut said = work.hall.texts.say(at.lang, &line);
        if private {
            let (mine, button) = mine(work, at, one).await?;
            if let Some(mine) = mine {
                said.push_str("\n    ");
                said.push_str(&work.hall.texts.say(at.lang, &mine));
            }
            rows.extend(button.map(|button| vec![button]));
        }
        lines.push(said);
    }
    let mut content = Content::text(lines.join("\n"));
    content.buttons = rows;
    work.say(at.place(), content);
    Ok(())
}

/// Somebody's own place in an activity, and the button that fits it.
async fn mine(work: &mut Work, at: &Actor, one: &Activity) -> Result<(Option<Text>, Option<Button>)> {
    let row = activity::registration(work.tx().await?, one.no, &at.user.person).await?;
    let (said, handle, label) = match row.map(|row| (row.seat, row.seq)) {
        Some((Seat::In, _)) => {
            let label = text!("activity-do-leave-no", no = one.no.to_string());
            (Some(Text::new("activity-mine-in")), &one.leave_handle, label)
        }
        Some((Seat::Waiting, seq)) => {
            let position = activity::position(work.tx().await?, one.no, seq).await?;
            let label = text!("activity-do-leave-no", no = one.no.to_string());
            (Some(text!("activity-mine-waiting", position = position)), &one.leave_handle, label)
        }
        _ => (None, &one.join_handle, text!("activity-do-join-no", no = one.no.to_string())),
    };
    let label = work.hall.texts.say(at.lang, &label);
    let button = handle.clone().map(|handle| Button { label, does: ButtonDo::Press(handle) });
    Ok((said, button))
}

/// Signs the one who asks up (`/join`) or off (`/leave`): what the buttons do, for platforms without buttons.
pub(super) async fn sign(work: &mut Work, call: &Invocation) -> Result<()> {
    let at = &call.at;
    let no = call.args.words("activity").and_then(ActivityNo::parse);
    let no = no.ok_or_else(|| Text::new("activity-which"))?;
    let one = load(work, no).await?;
    let said = if call.spec.name == "join" {
        signup::register(work, no, &at.user, &at.chat.id).await?.say(&one, at.lang)
    } else {
        signup::leave(work, no, &at.user.person).await?;
        text!("activity-left", title = one.wording.title(at.lang))
    };
    let said = work.hall.texts.say(at.lang, &said);
    work.say(at.place(), Content::text(said).replying_to(call.message.clone()));
    Ok(())
}
