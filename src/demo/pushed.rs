//! What staff push, and what the program is told directly: announcements, activities, the names that merchants see.

use bot_core::features::activity::{self, NewActivity};
use bot_core::features::announcement::{self, NewAnnouncement};
use bot_core::features::segment::{Audience, To};
use bot_core::features::ticket;
use bot_core::features::wording::Wording;
use bot_core::hall::Hall;
use bot_core::ids::StaffId;
use bot_core::store::chat;
use bot_core::store::moderation::{self, CaseFilter};

use super::data::{Announced, Community, Held, ToWhom, Words};
use super::stage::{Stage, user};

const MINUTE_MS: i64 = 60_000;

fn in_words(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// The staff member of a username.
async fn staff_of(stage: &Stage, hall: &Hall, username: &str) -> Result<StaffId, String> {
    let mut tx = hall.db.read().await.map_err(in_words)?;
    let met = chat::user_by_key(&mut tx, stage.world.account(), &user(username)).await.map_err(in_words)?;
    let person = met.ok_or_else(|| format!("nobody is called {username}"))?.person;
    let roster = hall.roster.load();
    roster.of_person(&person).map(|staff| staff.id.clone()).ok_or_else(|| format!("{username} is not staff"))
}

/// Gives agents the names that merchants see.
pub(crate) async fn name_staff(stage: &Stage, community: &Community) -> Result<(), String> {
    let hall = stage.hall();
    let mut work = hall.begin().await.map_err(in_words)?;
    for one in &community.staff {
        let staff = staff_of(stage, &hall, &one.username).await?;
        ticket::set_public_name(&mut work, &staff, Some(&one.public_name)).await.map_err(in_words)?;
    }
    work.commit().await.map_err(in_words)
}

/// The number of the case that was opened last.
pub(crate) async fn newest_case(stage: &Stage) -> Result<i64, String> {
    let hall = stage.hall();
    let mut tx = hall.db.read().await.map_err(in_words)?;
    let cases = moderation::list(&mut tx, &CaseFilter::default(), None, 1).await.map_err(in_words)?;
    cases.first().map(|case| case.no.0).ok_or_else(|| "an offence opened no case".to_owned())
}

fn wording(en: &Words, zh: &Words) -> Wording {
    Wording {
        title_en: Some(en.title.clone()),
        title_zh: Some(zh.title.clone()),
        body_en: Some(en.body.trim().to_owned()),
        body_zh: Some(zh.body.trim().to_owned()),
    }
}

/// Groups are told in the group; tiers, categories and tags are people.
async fn audience(stage: &Stage, hall: &Hall, whom: &ToWhom) -> Result<Audience, String> {
    let mut tx = hall.db.read().await.map_err(in_words)?;
    let mut groups = Vec::new();
    for name in &whom.groups {
        let key = stage.group(name)?;
        let met = chat::by_key(&mut tx, stage.world.account(), &key).await.map_err(in_words)?;
        groups.extend(met.map(|chat| chat.id));
    }
    Ok(Audience {
        to: if groups.is_empty() { To::People } else { To::Groups },
        groups,
        categories: whom.categories.clone(),
        tiers: whom.tiers.clone(),
        tags: whom.tags.clone(),
        ..Audience::default()
    })
}

/// Schedules an announcement that goes out soon after the demo opens.
pub(crate) async fn schedule(stage: &mut Stage, one: &Announced, now_ms: i64) -> Result<(), String> {
    let hall = stage.hall();
    let by = staff_of(stage, &hall, &one.author).await?;
    let at_ms = now_ms + one.scheduled_in_minutes * MINUTE_MS;
    let audience = Some(audience(stage, &hall, &one.audience).await?);
    let new = NewAnnouncement {
        wording: wording(&one.en, &one.zh),
        audience,
        pin: one.pin,
        at_ms: Some(at_ms),
        ..NewAnnouncement::default()
    };
    let mut work = hall.begin().await.map_err(in_words)?;
    let made = announcement::create(&mut work, new, &by).await.map_err(in_words)?;
    announcement::schedule(&mut work, made.no, at_ms, &by).await.map_err(in_words)?;
    work.commit().await.map_err(in_words)
}

/// Opens an activity, and lets people sign up by its button.
pub(crate) async fn hold(stage: &mut Stage, one: &Held) -> Result<(), String> {
    let hall = stage.hall();
    let by = staff_of(stage, &hall, &one.author).await?;
    let starts_in_ms = (one.starts_in_minutes + one.opened_minutes_ago) * MINUTE_MS;
    let audience = Some(audience(stage, &hall, &one.audience).await?);
    let mut work = hall.begin().await.map_err(in_words)?;
    let new = NewActivity {
        wording: wording(&one.en, &one.zh),
        audience,
        starts_at_ms: Some(work.now_ms + starts_in_ms),
        until_ms: None,
        capacity: one.capacity,
        place: None,
    };
    let made = activity::create(&mut work, new, &by).await.map_err(in_words)?;
    activity::publish(&mut work, made.no, &by).await.map_err(in_words)?;
    work.commit().await.map_err(in_words)?;
    stage.settle().await?;
    let labels = stage.labels("activity-do-join");
    for who in one.registered.iter().chain(&one.waiting) {
        for group in &one.audience.groups {
            let group = stage.group(group)?;
            if stage.tap(who, &group, &labels).await.unwrap_or(false) {
                break;
            }
        }
    }
    Ok(())
}
