//! Slow mode: each member of a group may write once in a while. The platform holds people back where it can; elsewhere
//! the bot deletes what comes too soon.

use async_trait::async_trait;

use crate::chat::{Action, EventBody, Feature as Can, Lane, MemberRole, MessageEvent, Sender, Support};
use crate::courier::End;
use crate::directory::{Chat, Purpose, Reach, User};
use crate::error::{FeatureError, Result};
use crate::feature::{
    ArgKind, ArgSpec, CommandSpec, Feature, Flow, Incoming, Invocation, Manifest, Places, Receipt,
};
use crate::features::group;
use crate::features::when::length;
use crate::ids::StaffId;
use crate::roster::Permission;
use crate::store::slow_mode::{self as store, SlowMode};
use crate::store::{StoreError, chat, message};
use crate::text;
use crate::texts::Text;
use crate::work::{Origin, Outgoing, Place, Work};

/// The feature's name.
const NAME: &str = "slow_mode";
/// How long members may be made to wait, milliseconds. Six hours is the most that Discord takes
/// (`rate_limit_per_user`, discord.com/developers/docs/resources/channel, read 2026-11-22).
const EVERY_MS: std::ops::RangeInclusive<i64> = 5_000..=6 * 60 * 60 * 1_000;
/// A group is told at most this often why messages go, milliseconds.
const TELL_EVERY_MS: i64 = 10 * 60 * 1_000;

/// Slow mode.
pub struct SlowModeFeature;

/// The groups with slow mode, read once for a batch of events.
#[derive(Default)]
struct Slow(Option<Vec<SlowMode>>);

static MANIFEST: Manifest = Manifest {
    name: NAME,
    commands: &[CommandSpec {
        name: "slow",
        needs: Some(Permission::Moderate),
        places: Places::Groups,
        args: &[ArgSpec { name: "every", kind: ArgKind::Word, required: true }],
    }],
    timers: &[],
    buttons: &[],
    forms: &[],
    pages: &["/groups"],
};

/// Lets each member of a group write once in `every_ms`; 0 switches slow mode off.
///
/// # Errors
/// One sentence when the staff member may not, the chat is no community group, the time is too short or too long, or
/// neither platform nor bot can hold people back there.
pub async fn set(work: &mut Work, by: &StaffId, chat: &Chat, every_ms: i64) -> Result<()> {
    let staff = work.hall.roster.load().who_may(by, Permission::Moderate).cloned();
    let staff = staff.ok_or_else(|| FeatureError::from(Text::new("slow-mode-not-allowed")))?;
    if chat.purpose != Purpose::Community || chat.is_direct() {
        return Err(Text::new("slow-mode-only-community").into());
    }
    let before = all(work).await?.into_iter().find(|slow| slow.chat == chat.id);
    if every_ms == 0 {
        let before = before.ok_or_else(|| FeatureError::from(Text::new("slow-mode-is-off")))?;
        store::remove(work.tx().await?, &chat.id).await?;
        if before.native {
            ask(work, chat, 0);
        }
        group::tell_group(work, NAME, chat, &Text::new("slow-mode-off"));
    } else {
        if !EVERY_MS.contains(&every_ms) {
            let (least, most) = (length(*EVERY_MS.start()), length(*EVERY_MS.end()));
            return Err(text!("slow-mode-out-of-range", least = least, most = most).into());
        }
        let native = holds_back(work, chat)?;
        let at_ms = work.now_ms;
        let slow = SlowMode {
            chat: chat.id.clone(),
            every_ms,
            native,
            by_staff: staff.id.clone(),
            told_at_ms: None,
            at_ms,
        };
        store::put(work.tx().await?, &slow).await?;
        if native {
            ask(work, chat, every_ms);
        }
        group::tell_group(work, NAME, chat, &text!("slow-mode-on", every = length(every_ms)));
    }
    work.memo::<Slow>().0 = None;
    let detail = if every_ms == 0 { "off".to_owned() } else { moderation::duration::in_english(every_ms) };
    work.audit_staff(&staff.id, "group.slow", &chat.id, Some(detail)).await?;
    Ok(())
}

/// Whether the platform holds people back itself.
///
/// # Errors
/// One sentence when neither it nor the bot can.
fn holds_back(work: &Work, chat: &Chat) -> Result<bool> {
    let can = work.capabilities(chat);
    let lacking = match (can.of(Can::SlowMode), can.of(Can::DeleteOthers)) {
        (Support::Native(_), _) => return Ok(true),
        (Support::Denied { missing }, _) => *missing,
        (_, Support::Native(_)) => return Ok(false),
        (_, Support::Denied { missing }) => *missing,
        _ => return Err(Text::new("slow-mode-absent").into()),
    };
    Err(text!("slow-mode-denied", right = group::right_text(lacking)).into())
}

fn ask(work: &mut Work, chat: &Chat, every_ms: i64) {
    let every_s = u32::try_from(every_ms / 1_000).unwrap_or(u32::MAX);
    let out = Outgoing::new(Place::chat(&chat.id), Lane::Urgent, Action::SlowMode { every_s });
    work.send(out.heard_by(Origin::new(NAME, "set", every_s)));
}

async fn all(work: &mut Work) -> Result<Vec<SlowMode>, StoreError> {
    if let Some(all) = &work.memo::<Slow>().0 {
        return Ok(all.clone());
    }
    let all = store::all(work.tx_unflushed()).await?;
    work.memo::<Slow>().0 = Some(all.clone());
    Ok(all)
}

/// How long somebody who wrote at `last_ms` still waits at `now_ms`, milliseconds; `None` when they need not.
fn still_waits(last_ms: Option<i64>, every_ms: i64, now_ms: i64) -> Option<i64> {
    last_ms.map(|last_ms| last_ms + every_ms - now_ms).filter(|wait_ms| *wait_ms > 0)
}

/// Deletes a message that came too soon, and tells who wrote it; in the group only now and then.
async fn too_soon(
    work: &mut Work,
    incoming: &Incoming,
    message: &MessageEvent,
    user: &User,
    (mut slow, wait_ms): (SlowMode, i64),
) -> Result<()> {
    let chat = &incoming.chat;
    let delete = Action::Delete { messages: vec![message.message.clone().into()] };
    let out = Outgoing::new(Place::chat(&chat.id), Lane::Urgent, delete);
    work.send(out.heard_by(Origin::new(NAME, "delete", &message.message)));
    let wait_ms = (wait_ms + 999) / 1_000 * 1_000;
    let (every, wait) = (length(slow.every_ms), length(wait_ms));
    work.note(NAME, Some(&chat.id), text!("slow-mode-note", name = &user.name, wait = wait.clone()));
    let direct = work.direct_chat(user).await?;
    if direct.reach == Reach::Open {
        let text = text!("slow-mode-you", group = &chat.title, every = every, wait = wait);
        let lang = user.lang.or(direct.lang).unwrap_or(work.hall.default_lang);
        let said = work.hall.texts.say(lang, &text);
        work.say(Place::chat(&direct.id), said);
        return Ok(());
    }
    let now_ms = work.now_ms;
    if slow.told_at_ms.is_none_or(|told_ms| told_ms + TELL_EVERY_MS <= now_ms) {
        slow.told_at_ms = Some(now_ms);
        store::put(work.tx().await?, &slow).await?;
        work.memo::<Slow>().0 = None;
        group::tell_group(work, NAME, chat, &text!("slow-mode-group", name = &user.name, every = every));
    }
    Ok(())
}

#[async_trait]
impl Feature for SlowModeFeature {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    async fn screen(&self, work: &mut Work, incoming: &Incoming) -> Result<Flow> {
        let (EventBody::Message(message), Some(user)) = (&incoming.event.body, &incoming.user) else {
            return Ok(Flow::Pass);
        };
        let Sender::User { role: MemberRole::Member, .. } = &message.from else { return Ok(Flow::Pass) };
        let found = all(work).await?.into_iter().find(|slow| slow.chat == incoming.chat.id && !slow.native);
        let Some(slow) = found else { return Ok(Flow::Pass) };
        if user.is_bot || work.hall.roster.load().of_person(&user.person).is_some() {
            return Ok(Flow::Pass);
        }
        let at_ms = incoming.event.at_ms;
        let since = ((at_ms - slow.every_ms).max(slow.at_ms), at_ms);
        let tx = work.tx().await?;
        let last = store::last_message(tx, &user.id, &slow.chat, since, &message.message).await?;
        match still_waits(last, slow.every_ms, at_ms) {
            None => Ok(Flow::Pass),
            Some(wait_ms) => {
                too_soon(work, incoming, message, user, (slow, wait_ms)).await?;
                Ok(Flow::Done)
            }
        }
    }

    async fn on_command(&self, work: &mut Work, call: &Invocation) -> Result<()> {
        let at = &call.at;
        let by = at.staff.as_ref().map(|staff| staff.id.clone());
        let by = by.ok_or_else(|| FeatureError::from(Text::new("slow-mode-not-allowed")))?;
        let word = call.args.words("every").unwrap_or_default();
        let every_ms = match word.to_lowercase().as_str() {
            "off" | "0" | "关" | "关闭" => 0,
            _ => moderation::duration::parse(word).map_err(|_| {
                let what = Text::new("command-needs-duration");
                FeatureError::from(text!(
                    "command-wrong",
                    what = what,
                    found = word,
                    usage = call.spec.usage()
                ))
            })?,
        };
        set(work, &by, &at.chat, every_ms).await
    }

    async fn on_receipt(&self, work: &mut Work, receipt: &Receipt) -> Result<()> {
        match (receipt.origin.kind.as_str(), &receipt.end) {
            ("delete", End::Sent(_)) => {
                let (key, now_ms) = (receipt.origin.key.as_str().into(), work.now_ms);
                Ok(message::mark_deleted(work.tx().await?, &receipt.chat, &[key], now_ms).await?)
            }
            ("set", End::Rejected(refused)) => {
                let Some(chat) = chat::get(work.tx().await?, &receipt.chat).await? else { return Ok(()) };
                if receipt.origin.key != "0" {
                    store::remove(work.tx().await?, &chat.id).await?;
                    work.memo::<Slow>().0 = None;
                }
                let text = text!("slow-mode-failed", group = &chat.title, why = &refused.why);
                Ok(group::tell_staff(work, &chat.account, &text).await?)
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::still_waits;

    #[test]
    fn who_wrote_waits_until_the_time_is_over() {
        assert_eq!(still_waits(None, 30_000, 5), None);
        assert_eq!(still_waits(Some(1_000), 30_000, 21_000), Some(10_000));
        assert_eq!(still_waits(Some(1_000), 30_000, 31_000), None);
    }
}
