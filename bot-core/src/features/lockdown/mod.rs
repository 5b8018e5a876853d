//! Locks: in a raid or a storm, only a group's admins may write for a time.

mod decide;

use async_trait::async_trait;

use crate::chat::{Action, Button, Content, Feature as Can, Lane, Lang, Support};
use crate::directory::{Chat, Purpose};
use crate::error::{FeatureError, Result};
use crate::feature::{
    ArgKind, ArgSpec, CommandSpec, Due, Feature, Invocation, Manifest, Places, Press, Receipt,
};
use crate::features::form::NewButton;
use crate::features::group;
use crate::features::when::length;
use crate::ids::{ChatId, StaffId};
use crate::roster::{Permission, Staff};
use crate::store::lockdown::{self as store, LockState, Lockdown};
use crate::store::{StoreError, chat};
use crate::text;
use crate::texts::{Moment, Text};
use crate::work::{NewTimer, Origin, Outgoing, Place, Work};
use decide::{AGAIN_MS, Call, MAX_MS, MIN_MS, Then, USUAL_MS, after};

/// The feature's name.
const NAME: &str = "lockdown";

/// Locks.
pub struct LockdownFeature;

static MANIFEST: Manifest = Manifest {
    name: NAME,
    commands: &[
        CommandSpec {
            name: "lock",
            needs: Some(Permission::Moderate),
            places: Places::Groups,
            args: &[
                ArgSpec { name: "for", kind: ArgKind::Duration, required: false },
                ArgSpec { name: "reason", kind: ArgKind::Rest, required: false },
            ],
        },
        CommandSpec { name: "unlock", needs: Some(Permission::Moderate), places: Places::Groups, args: &[] },
    ],
    timers: &["lift"],
    buttons: &["lock", "open"],
    forms: &[],
    pages: &["/groups"],
};

/// Locks a group for a time (`ms`; an hour without it), or moves the end of its lock.
///
/// # Errors
/// One sentence when the staff member may not, the chat is no community group, the time is too short or too long, or
/// the platform cannot.
pub async fn lock(
    work: &mut Work,
    by: &StaffId,
    chat: &Chat,
    ms: Option<i64>,
    reason: Option<String>,
) -> Result<Lockdown> {
    let by = entitled(work, by)?;
    can_be_locked(work, chat)?;
    let ms = ms.unwrap_or(USUAL_MS);
    if !(MIN_MS..=MAX_MS).contains(&ms) {
        return Err(text!("lockdown-out-of-range", least = length(MIN_MS), most = length(MAX_MS)).into());
    }
    let now_ms = work.now_ms;
    let before = store::get(work.tx().await?, &chat.id).await?;
    let stands = before.as_ref().is_some_and(|before| before.state == LockState::Locked);
    let new = Lockdown {
        chat: chat.id.clone(),
        state: if stands { LockState::Locked } else { LockState::Asked },
        until_ms: now_ms + ms,
        by: by.id.clone(),
        // Databases cannot hold U+0000.
        reason: reason.map(|reason| reason.replace('\0', " ")).filter(|reason| !reason.trim().is_empty()),
        error: None,
        at_ms: now_ms,
    };
    store::put(work.tx().await?, &new).await?;
    if !stands {
        ask(work, &chat.id, Call::Lock, Some(new.until_ms));
    }
    lift_at(work, &chat.id, new.until_ms).await?;
    let detail = [Some(moderation::duration::in_english(ms)), new.reason.clone()];
    let detail = detail.into_iter().flatten().collect::<Vec<_>>().join(": ");
    work.audit_staff(&by.id, "group.lock", &chat.id, Some(detail)).await?;
    let told = text!(
        "lockdown-staff-locks",
        by = &by.name,
        group = &chat.title,
        until = Moment { at_ms: new.until_ms },
        reason = reason_text(&new)
    );
    tell_staff_with_way_out(work, chat, &told).await?;
    Ok(new)
}

/// Tells the staff chat of a lock, with a button that ends it: a moderator who is no admin of the group cannot write
/// there any more.
async fn tell_staff_with_way_out(work: &mut Work, group: &Chat, text: &Text) -> Result<()> {
    let Some(staff) = group::staff_chat(work, &group.account).await? else { return Ok(()) };
    let lang = staff.lang.unwrap_or(work.hall.default_lang);
    let said = work.hall.texts.say(lang, text);
    let label = work.hall.texts.say(lang, &Text::new("lockdown-button-open"));
    let row = vec![button(work, group, "open", label).await?];
    work.say(Place::chat(&staff.id), Content::text(said).with_row(row));
    Ok(())
}

/// Opens a locked group before its time.
///
/// # Errors
/// One sentence when the staff member may not, or the group is not locked.
pub async fn unlock(work: &mut Work, by: &StaffId, chat: &Chat) -> Result<()> {
    let by = entitled(work, by)?;
    let found = store::get(work.tx().await?, &chat.id).await?;
    let lock = found.ok_or_else(|| FeatureError::from(Text::new("lockdown-not-locked")))?;
    work.audit_staff(&by.id, "group.unlock", &chat.id, None).await?;
    let told = text!("lockdown-staff-opens", by = &by.name, group = &chat.title);
    group::tell_staff(work, &chat.account, &told).await?;
    Ok(release(work, lock).await?)
}

/// A button for the staff chat that locks a group for an hour, in this language.
///
/// # Errors
/// When the database fails.
pub async fn lock_button(work: &mut Work, group: &Chat, lang: Lang) -> Result<Button, StoreError> {
    let label = work.hall.texts.say(lang, &Text::new("lockdown-button"));
    button(work, group, "lock", label).await
}

async fn button(
    work: &mut Work,
    group: &Chat,
    verb: &'static str,
    label: String,
) -> Result<Button, StoreError> {
    let payload = serde_json::json!({ "chat": group.id });
    let expires_at_ms = Some(work.now_ms + MAX_MS);
    work.button(NewButton { feature: NAME, verb, payload, for_user: None, expires_at_ms }, label).await
}

fn entitled(work: &Work, by: &StaffId) -> Result<Staff> {
    let roster = work.hall.roster.load();
    let found = roster.who_may(by, Permission::Moderate).cloned();
    found.ok_or_else(|| Text::new("lockdown-not-allowed").into())
}

fn can_be_locked(work: &Work, chat: &Chat) -> Result<()> {
    if chat.purpose != Purpose::Community || chat.is_direct() {
        return Err(Text::new("lockdown-only-community").into());
    }
    match work.capabilities(chat).of(Can::Lock) {
        Support::Native(_) => Ok(()),
        Support::Denied { missing } => {
            Err(text!("lockdown-denied", right = group::right_text(*missing)).into())
        }
        Support::Emulated { .. } | Support::Absent => Err(Text::new("lockdown-absent").into()),
    }
}

fn reason_text(lock: &Lockdown) -> Text {
    match &lock.reason {
        Some(reason) => text!("lockdown-reason", reason = reason),
        None => Text::new("lockdown-no-reason"),
    }
}

fn ask(work: &mut Work, chat: &ChatId, call: Call, expires_at_ms: Option<i64>) {
    let (action, kind) = match call {
        Call::Lock => (Action::Lock, "lock"),
        Call::Unlock => (Action::Unlock { before: None }, "unlock"),
    };
    let mut out = Outgoing::new(Place::chat(chat), Lane::Urgent, action);
    out.expires_at_ms = expires_at_ms;
    work.send(out.heard_by(Origin::new(NAME, kind, chat)));
}

async fn lift_at(work: &mut Work, chat: &ChatId, due_at_ms: i64) -> Result<(), StoreError> {
    work.arm(NewTimer { feature: NAME, kind: "lift", key: chat.to_string(), due_at_ms }).await
}

async fn release(work: &mut Work, mut lock: Lockdown) -> Result<(), StoreError> {
    lock.state = LockState::Lifting;
    store::put(work.tx().await?, &lock).await?;
    work.disarm(NAME, "lift", lock.chat.as_str()).await?;
    ask(work, &lock.chat, Call::Unlock, None);
    Ok(())
}

/// Takes in how a call ended.
async fn answered(work: &mut Work, chat: &ChatId, call: Call, end: &crate::courier::End) -> Result<()> {
    let Some(mut lock) = store::get(work.tx().await?, chat).await? else { return Ok(()) };
    let Some(chat) = chat::get(work.tx().await?, chat).await? else { return Ok(()) };
    match after(&lock, call, end) {
        Then::Nothing => {}
        Then::Locked => {
            lock.state = LockState::Locked;
            store::put(work.tx().await?, &lock).await?;
            let until = Moment { at_ms: lock.until_ms };
            let text = text!("lockdown-group-locked", until = until, reason = reason_text(&lock));
            group::tell_group(work, NAME, &chat, &text);
        }
        Then::Open => {
            store::remove(work.tx().await?, &chat.id).await?;
            group::tell_group(work, NAME, &chat, &Text::new("lockdown-group-open"));
        }
        Then::Failed(why) => {
            store::remove(work.tx().await?, &chat.id).await?;
            work.disarm(NAME, "lift", chat.id.as_str()).await?;
            let text = text!("lockdown-failed", group = &chat.title, why = why);
            group::tell_staff(work, &chat.account, &text).await?;
        }
        Then::Again(why) => {
            let due_at_ms = work.now_ms + AGAIN_MS;
            lift_at(work, &chat.id, due_at_ms).await?;
            if lock.error.replace(why.clone()).is_none() {
                let text = text!("lockdown-stays", group = &chat.title, why = why);
                group::tell_staff(work, &chat.account, &text).await?;
            }
            store::put(work.tx().await?, &lock).await?;
        }
        Then::Gone => store::remove(work.tx().await?, &chat.id).await?,
    }
    Ok(())
}

#[async_trait]
impl Feature for LockdownFeature {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    async fn on_command(&self, work: &mut Work, call: &Invocation) -> Result<()> {
        let at = &call.at;
        let by = at.staff.as_ref().map(|staff| staff.id.clone());
        let by = by.ok_or_else(|| FeatureError::from(Text::new("lockdown-not-allowed")))?;
        if call.spec.name == "unlock" {
            return unlock(work, &by, &at.chat).await;
        }
        let reason = call.args.words("reason").map(str::to_owned);
        let moved = lock(work, &by, &at.chat, call.args.duration_ms("for"), reason).await?;
        if moved.state == LockState::Locked {
            let until = Moment { at_ms: moved.until_ms };
            let said = work.hall.texts.say(at.lang, &text!("lockdown-moved", until = until));
            work.say(at.place(), said);
        }
        Ok(())
    }

    async fn on_press(&self, work: &mut Work, press: &Press) -> Result<Option<Text>> {
        let by = press.at.staff.as_ref().map(|staff| staff.id.clone());
        let by = by.ok_or_else(|| FeatureError::from(Text::new("lockdown-not-allowed")))?;
        let id = press.payload.get("chat").and_then(|id| id.as_str()).unwrap_or_default();
        let found = chat::get(work.tx().await?, &id.into()).await?;
        let chat = found.ok_or_else(|| FeatureError::Internal(format!("no chat {id} to be locked")))?;
        if press.verb == "open" {
            unlock(work, &by, &chat).await?;
            return Ok(None);
        }
        let lock = lock(work, &by, &chat, None, None).await?;
        Ok(Some(text!("lockdown-asked", group = &chat.title, until = Moment { at_ms: lock.until_ms })))
    }

    async fn on_timer(&self, work: &mut Work, due: &Due) -> Result<()> {
        match store::get(work.tx().await?, &due.key.as_str().into()).await? {
            Some(lock) => Ok(release(work, lock).await?),
            None => Ok(()),
        }
    }

    async fn on_receipt(&self, work: &mut Work, receipt: &Receipt) -> Result<()> {
        let call = if receipt.origin.kind == "lock" { Call::Lock } else { Call::Unlock };
        answered(work, &receipt.chat, call, &receipt.end).await
    }
}
