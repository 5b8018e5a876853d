//! Moderation: checks what is written in groups, keeps numbered cases, and carries out and lifts sanctions.

use async_trait::async_trait;

use crate::chat::EventBody;
use crate::courier::End;
use crate::directory::Purpose;
use crate::error::Result;
use crate::feature::{
    ArgKind, ArgSpec, CommandSpec, Due, Feature, Flow, Incoming, Invocation, Manifest, Offer, Places, Press,
    Receipt, Typed,
};
use crate::hall::Hall;
use crate::ids::CaseNo;
use crate::roster::Permission;
use crate::store::moderation::{self as store, Removal, SanctionKind, SanctionState};
use crate::texts::Text;
use crate::work::Work;

mod act;
mod command;
pub mod decide;
#[cfg(test)]
mod decide_tests;
mod fault;
mod flag;
mod notify;
mod offer;
mod order;
mod picture;
mod policy;
mod proof;
mod rehearse;
#[cfg(test)]
mod rehearse_tests;
mod report;
mod save;
mod screen;
mod source;
mod staff;
mod view;
mod withheld;
mod words;

pub use fault::fault_text;
pub use moderation::policy::Finding as PolicyFinding;
pub use moderation::{Outcome, Policy, PolicyFault, Sanction as Measure};
pub use order::{Order, Undone, dismiss, lift, punish, undo, uphold};
pub use policy::{JUDGED_ROLES, PolicySlot};
pub use rehearse::{Change, Changed, Rehearsal, RuleTally, TRIED_MOST, Tally, rehearse};
pub use save::save as save_policy;
pub use source::{PolicySource, SourcedPolicy};
pub use view::for_staff as case_for_staff;

/// The feature's name.
const NAME: &str = "moderation";

/// Moderation.
pub struct Moderation;

const WHO: ArgSpec = ArgSpec { name: "who", kind: ArgKind::Who, required: true };
const REASON: ArgSpec = ArgSpec { name: "reason", kind: ArgKind::Rest, required: false };
const FOR: ArgSpec = ArgSpec { name: "for", kind: ArgKind::Duration, required: true };
const CASE: ArgSpec = ArgSpec { name: "case", kind: ArgKind::Word, required: true };
const CASE_OR_NONE: ArgSpec = ArgSpec { name: "case", kind: ArgKind::Word, required: false };

const fn spec(
    name: &'static str,
    needs: Option<Permission>,
    places: Places,
    args: &'static [ArgSpec],
) -> CommandSpec {
    CommandSpec { name, needs, places, args }
}

static MANIFEST: Manifest = Manifest {
    name: NAME,
    commands: &[
        spec("warn", Some(Permission::Moderate), Places::Groups, &[WHO, REASON]),
        spec("mute", Some(Permission::Moderate), Places::Groups, &[WHO, FOR, REASON]),
        spec("unmute", Some(Permission::Moderate), Places::Groups, &[WHO]),
        spec("kick", Some(Permission::Ban), Places::Groups, &[WHO, REASON]),
        spec("ban", Some(Permission::Ban), Places::Groups, &[WHO, REASON]),
        spec("unban", Some(Permission::Ban), Places::Groups, &[WHO]),
        spec("undo", Some(Permission::Moderate), Places::Anywhere, &[CASE]),
        spec("uphold", Some(Permission::Moderate), Places::StaffOrDirect, &[CASE]),
        spec("dismiss", Some(Permission::Moderate), Places::StaffOrDirect, &[CASE]),
        spec("report", None, Places::Groups, &[REASON]),
        spec("case", None, Places::StaffOrDirect, &[CASE_OR_NONE]),
        spec("cases", Some(Permission::ReadCases), Places::StaffOrDirect, &[WHO]),
    ],
    timers: &["lift", "renew", picture::KIND],
    buttons: &["uphold", "dismiss"],
    forms: &[],
    pages: &["/moderation"],
};

impl Moderation {
    /// Puts a policy in force, from the next message on.
    pub fn set_policy(hall: &Hall, read: SourcedPolicy) {
        hall.policy.set(read);
    }
}

#[async_trait]
impl Feature for Moderation {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    async fn screen(&self, work: &mut Work, incoming: &Incoming) -> Result<Flow> {
        screen::incoming(work, incoming).await
    }

    async fn on_event(&self, work: &mut Work, incoming: &Incoming) -> Result<Flow> {
        let Some(user) = &incoming.user else { return Ok(Flow::Pass) };
        match &incoming.event.body {
            EventBody::DirectOpened { payload: Some(payload), .. } => {
                let shown = notify::opened(work, payload, user, &incoming.chat).await?;
                Ok(if shown { Flow::Done } else { Flow::Pass })
            }
            EventBody::Joined { .. } | EventBody::Left { .. }
                if incoming.chat.purpose == Purpose::Community =>
            {
                moved(work, incoming).await?;
                if matches!(incoming.event.body, EventBody::Joined { .. }) && !user.is_bot {
                    screen::joined(work, incoming, user).await?;
                }
                Ok(Flow::Pass)
            }
            EventBody::Withheld { text, why, .. } if incoming.chat.purpose == Purpose::Community => {
                withheld::noted(work, &incoming.chat, user, text, why).await?;
                Ok(Flow::Done)
            }
            _ => Ok(Flow::Pass),
        }
    }

    async fn on_command(&self, work: &mut Work, call: &Invocation) -> Result<()> {
        command::invoked(work, call).await
    }

    fn offers(&self) -> &'static [&'static str] {
        &offer::COMMANDS
    }

    async fn offer(&self, work: &mut Work, typed: &Typed) -> Result<Vec<Offer>> {
        offer::offer(work, typed).await
    }

    async fn on_press(&self, work: &mut Work, press: &Press) -> Result<Option<Text>> {
        command::pressed(work, press).await
    }

    async fn on_timer(&self, work: &mut Work, due: &Due) -> Result<()> {
        match due.kind.as_str() {
            picture::KIND => picture::due(work, &due.key).await,
            kind => act::due(work, kind, &due.key.as_str().into()).await,
        }
    }

    async fn on_receipt(&self, work: &mut Work, receipt: &Receipt) -> Result<()> {
        let (kind, key) = (receipt.origin.kind.as_str(), receipt.origin.key.as_str());
        match kind {
            picture::KIND => picture::fetched(work, receipt).await,
            "apply" => act::answered(work, &key.into(), decide::Call::Apply, &receipt.end).await,
            "release" => act::answered(work, &key.into(), decide::Call::Release, &receipt.end).await,
            _ => match CaseNo::parse(key) {
                Some(no) if kind == "proof" => proof::fetched(work, no, receipt).await,
                Some(no) if kind == "delete" => removal_answered(work, no, &receipt.end).await,
                Some(no) => notify::answered(work, no, kind, &receipt.end).await,
                None => Ok(()),
            },
        }
    }
}

/// A member came or left: a mute follows who comes back, and a kick whose end was unknown is known now.
async fn moved(work: &mut Work, incoming: &Incoming) -> Result<()> {
    let Some(user) = &incoming.user else { return Ok(()) };
    let chat = &incoming.chat;
    let joined = matches!(incoming.event.body, EventBody::Joined { .. });
    for mut sanction in store::open_at(work.tx().await?, &chat.id, &user.id).await? {
        match (joined, sanction.kind, sanction.state) {
            (true, SanctionKind::Mute, SanctionState::Active | SanctionState::Requested)
                if sanction.until_ms.is_some_and(|until_ms| until_ms > work.now_ms) =>
            {
                act::apply(work, &sanction, user, chat).await?;
            }
            // Somebody let them in by hand. Platforms tell whole seconds: what is not surely later is not it.
            (true, SanctionKind::Ban, SanctionState::Active)
                if sanction.active_at_ms.is_some_and(|at_ms| at_ms < incoming.event.at_ms) =>
            {
                (sanction.state, sanction.ended_at_ms) = (SanctionState::Lifted, Some(work.now_ms));
                store::update_sanction(work.tx().await?, &sanction).await?;
            }
            (false, SanctionKind::Kick, SanctionState::Requested | SanctionState::Unknown) => {
                (sanction.state, sanction.active_at_ms) = (SanctionState::Active, Some(work.now_ms));
                store::update_sanction(work.tx().await?, &sanction).await?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// The platform said what became of a message that was to be deleted.
async fn removal_answered(work: &mut Work, no: CaseNo, end: &End) -> Result<()> {
    let Some(mut case) = store::get(work.tx().await?, no).await? else { return Ok(()) };
    let gone = match end {
        End::Sent(_) => true,
        End::Rejected(rejection) => rejection.kind == crate::chat::RejectionKind::NotFound,
        End::Unknown { .. } => false,
    };
    case.removal = if gone { Removal::Removed } else { Removal::Refused };
    store::put(work.tx().await?, &case).await?;
    if gone { Ok(()) } else { staff::tell_of_refused_removal(work, &case, end).await }
}
