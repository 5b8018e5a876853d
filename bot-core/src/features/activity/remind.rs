//! Reminders to those who are in, before it begins.

use super::{Activity, NAME, card};
use crate::chat::{Action, Content, Lane};
use crate::error::Result;
use crate::features::when;
use crate::ids::ActivityNo;
use crate::store::activity;
use crate::text;
use crate::texts::Moment;
use crate::work::{NewTimer, Origin, Outgoing, Place, Work};

/// How many people are reminded in one commit.
const STEP: i64 = 500;
/// How many of those who could not be reminded are named.
const NAMED: usize = 10;

/// The `reminder`-th reminder is due, from 1.
pub(super) async fn due(work: &mut Work, no: ActivityNo, reminder: i64) -> Result<()> {
    let Some(one) = activity::get(work.tx().await?, no).await? else { return Ok(()) };
    let Some(left_ms) = one.starts_at_ms.map(|at_ms| at_ms - work.now_ms).filter(|left| *left > 0) else {
        // After an outage: it has begun, and a reminder would only annoy.
        return Ok(());
    };
    let people = activity::to_remind(work.tx().await?, no, "", reminder, STEP).await?;
    let Some(last) = people.last().map(|reach| reach.person.clone()) else { return Ok(()) };
    let mut missed = Vec::new();
    for reach in &people {
        let Some(chat) = &reach.chat else {
            missed.push(reach.name.as_str());
            continue;
        };
        let lang = reach.lang.unwrap_or(work.hall.default_lang);
        let said = text!(
            "activity-reminder",
            title = one.wording.title(lang),
            left = when::length(whole_minutes(left_ms)),
            when = Moment { at_ms: one.starts_at_ms.unwrap_or_default() },
            no = no.to_string()
        );
        let action = Action::Send(Content::text(work.hall.texts.say(lang, &said)));
        let origin = Origin::new(NAME, "reminder", format!("{no}/{}", reach.person));
        let mut out = Outgoing::new(Place::chat(chat), Lane::Bulk, action).heard_by(origin);
        out.expires_at_ms = one.starts_at_ms;
        work.send(out);
    }
    activity::set_reminded(work.tx().await?, no, reminder, &last).await?;
    if i64::try_from(people.len()).unwrap_or(STEP) == STEP {
        let (key, due_at_ms) = (format!("{no}/{reminder}"), work.now_ms);
        work.arm(NewTimer { feature: NAME, kind: "remind", key, due_at_ms }).await?;
    }
    say_missed(work, &one, &missed).await
}

async fn say_missed(work: &mut Work, one: &Activity, missed: &[&str]) -> Result<()> {
    if missed.is_empty() {
        return Ok(());
    }
    let mut names = missed.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if missed.len() > NAMED {
        names.push_str(" …");
    }
    let said = text!("activity-not-reminded", no = one.no.to_string(), count = missed.len(), names = names);
    card::tell_staff(work, one, &[said], Vec::new()).await
}

/// Rounded to the next whole minute: seconds are of no interest to who is reminded.
fn whole_minutes(ms: i64) -> i64 {
    (ms + 30_000) / 60_000 * 60_000
}
