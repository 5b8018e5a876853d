//! What staff do with webhooks.

use std::collections::BTreeSet;

use super::event::{Happened, put_down};
use super::{NAME, sign};
use crate::error::{FeatureError, Result};
use crate::ids::{RowId, StaffId};
use crate::roster::{Permission, Staff};
use crate::store::webhook::{self as store, DeliveryState, Webhook, WebhookState};
use crate::text;
use crate::texts::Text;
use crate::work::{NewTimer, Work};

/// There are so many at most: each that wants an event is a message of it.
pub const WEBHOOKS_MAX: usize = 50;
/// The longest description, characters.
pub const DESCRIPTION_MAX_CHARS: usize = 200;
/// For how long a secret that was replaced signs as well, milliseconds.
const OLD_SIGNS_MS: i64 = 24 * 60 * 60 * 1000;

/// A webhook as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// Where.
    pub url: String,
    /// What it is for.
    pub description: String,
    /// What it wants to hear of, in the words of [`Happened`].
    pub types: BTreeSet<String>,
}

/// Who may do this.
fn admin(work: &Work, by: &StaffId) -> Result<Staff> {
    let roster = work.hall.roster.load();
    match roster.get(by).filter(|staff| staff.may(Permission::Administer)) {
        Some(staff) => Ok(staff.clone()),
        None => Err(Text::new("webhook-no-right").into()),
    }
}

async fn load(work: &mut Work, id: &RowId) -> Result<Webhook> {
    let found = store::get(work.tx().await?, id).await?;
    found.ok_or_else(|| Text::new("webhook-gone").into())
}

/// Puts what was typed into the form in which it is kept.
fn read(work: &Work, by: &Staff, typed: &Typed) -> Result<(String, String, BTreeSet<&'static str>)> {
    let url = work.hall.features.config().webhooks.reach()?.read(&typed.url)?;
    let description = typed.description.replace('\0', "").trim().to_owned();
    if description.chars().count() > DESCRIPTION_MAX_CHARS {
        return Err(text!("webhook-description-long", max = DESCRIPTION_MAX_CHARS).into());
    }
    let mut types = BTreeSet::new();
    for word in &typed.types {
        let known = Happened::from_word(word).filter(|what| *what != Happened::Test && by.may(what.needs()));
        match known {
            Some(what) => types.insert(what.word()),
            None => {
                return Err(
                    text!("webhook-type-wrong", word = word.chars().take(40).collect::<String>()).into()
                );
            }
        };
    }
    if types.is_empty() {
        return Err(Text::new("webhook-no-type").into());
    }
    Ok((url.to_string(), description, types))
}

/// Makes one; gives it with its secret, which is shown this once.
///
/// # Errors
/// One sentence when something of it is wrong, there are too many, or the staff member may not.
pub async fn create(work: &mut Work, by: &StaffId, typed: &Typed) -> Result<Webhook> {
    let staff = admin(work, by)?;
    let (url, description, types) = read(work, &staff, typed)?;
    if store::all(work.tx().await?).await?.len() >= WEBHOOKS_MAX {
        return Err(text!("webhook-too-many", max = WEBHOOKS_MAX).into());
    }
    let one = Webhook {
        id: work.hall.ids.next(),
        url,
        description,
        staff: staff.id,
        secret: sign::new_secret(&work.hall.ids),
        old: None,
        state: WebhookState::On,
        failing_since_ms: None,
        created_at_ms: work.now_ms,
    };
    store::put(work.tx().await?, &one).await?;
    store::set_types(work.tx().await?, &one.id, &types).await?;
    work.audit_staff(by, "webhook.create", &one.id, Some(one.url.clone())).await?;
    Ok(one)
}

/// Changes one; whoever does is the one whose rights count from now on.
///
/// # Errors
/// One sentence when something of it is wrong, it is gone, or the staff member may not.
pub async fn change(work: &mut Work, by: &StaffId, id: &RowId, typed: &Typed) -> Result<Webhook> {
    let staff = admin(work, by)?;
    let (url, description, types) = read(work, &staff, typed)?;
    let mut one = load(work, id).await?;
    (one.url, one.description, one.staff) = (url, description, staff.id);
    store::put(work.tx().await?, &one).await?;
    store::set_types(work.tx().await?, id, &types).await?;
    work.audit_staff(by, "webhook.change", id, Some(one.url.clone())).await?;
    Ok(one)
}

/// Switches one on or off. What waits for one that is off waits on; what happens meanwhile is not told.
///
/// # Errors
/// One sentence when it is gone or the staff member may not.
pub async fn switch(work: &mut Work, by: &StaffId, id: &RowId, on: bool) -> Result<Webhook> {
    let staff = admin(work, by)?;
    let mut one = load(work, id).await?;
    let state = if on { WebhookState::On } else { WebhookState::Off };
    if one.state == state {
        return Ok(one);
    }
    one.state = state;
    if on {
        (one.staff, one.failing_since_ms) = (staff.id, None);
    }
    store::put(work.tx().await?, &one).await?;
    if on {
        call_now(work, id).await?;
    }
    work.audit_staff(by, if on { "webhook.enable" } else { "webhook.disable" }, id, None).await?;
    Ok(one)
}

/// Gives one a new secret, which is shown this once; the one before signs beside it for a day.
///
/// # Errors
/// One sentence when it is gone or the staff member may not.
pub async fn rotate(work: &mut Work, by: &StaffId, id: &RowId) -> Result<Webhook> {
    admin(work, by)?;
    let mut one = load(work, id).await?;
    let new = sign::new_secret(&work.hall.ids);
    one.old = Some((std::mem::replace(&mut one.secret, new), work.now_ms + OLD_SIGNS_MS));
    store::put(work.tx().await?, &one).await?;
    work.audit_staff(by, "webhook.rotate", id, None).await?;
    Ok(one)
}

/// Takes one away with all messages to it.
///
/// # Errors
/// One sentence when it is gone or the staff member may not.
pub async fn remove(work: &mut Work, by: &StaffId, id: &RowId) -> Result<()> {
    admin(work, by)?;
    let one = load(work, id).await?;
    store::remove(work.tx().await?, id).await?;
    work.disarm(NAME, "call", id.as_str()).await?;
    work.audit_staff(by, "webhook.remove", id, Some(one.url)).await.map_err(FeatureError::from)
}

/// Sends one a message that says nothing, to see that it comes through.
///
/// # Errors
/// One sentence when it is off or gone, or the staff member may not.
pub async fn test(work: &mut Work, by: &StaffId, id: &RowId) -> Result<RowId> {
    admin(work, by)?;
    if load(work, id).await?.state != WebhookState::On {
        return Err(Text::new("webhook-is-off").into());
    }
    let event = put_down(work, Happened::Test, id.to_string(), &serde_json::json!({})).await?;
    let (delivery, now_ms) = (work.hall.ids.next(), work.now_ms);
    store::add(work.tx().await?, &delivery, id, &event, now_ms).await?;
    call_now(work, id).await?;
    work.audit_staff(by, "webhook.test", id, None).await?;
    Ok(delivery)
}

/// Sends a message again, with all its tries before it.
///
/// # Errors
/// One sentence when it is under way or forgotten, its webhook is off or gone, or the staff member may not.
pub async fn again(work: &mut Work, by: &StaffId, id: &RowId, delivery: &RowId) -> Result<()> {
    admin(work, by)?;
    let one = load(work, id).await?;
    let found = store::delivery(work.tx().await?, delivery).await?.filter(|found| found.webhook == *id);
    let Some(found) = found else { return Err(Text::new("webhook-delivery-gone").into()) };
    if one.state != WebhookState::On {
        return Err(Text::new("webhook-is-off").into());
    }
    let now_ms = work.now_ms;
    if found.state == DeliveryState::Calling || !store::again(work.tx().await?, delivery, now_ms).await? {
        return Err(Text::new("webhook-delivery-calling").into());
    }
    call_now(work, id).await?;
    work.audit_staff(by, "webhook.again", delivery, None).await?;
    Ok(())
}

/// Has what waits for a webhook called.
pub(super) async fn call_now(work: &mut Work, id: &RowId) -> Result<()> {
    let due_at_ms = work.now_ms;
    Ok(work.arm(NewTimer { feature: NAME, kind: "call", key: id.to_string(), due_at_ms }).await?)
}
