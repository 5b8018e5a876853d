//! What webhooks can be told of, and telling it: in the commit in which it happens.

use std::collections::BTreeSet;

use serde_json::Value;

use super::NAME;
use crate::error::{FeatureError, Result};
use crate::ids::RowId;
use crate::roster::Permission;
use crate::store::webhook::{self as store, WebhookEvent};
use crate::work::{NewTimer, Work};

/// Something that can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Happened {
    /// A ticket was opened.
    TicketOpened,
    /// An agent has it: by taking it, or by answering first.
    TicketClaimed,
    /// It was handed to a colleague.
    TicketHanded,
    /// An agent answered.
    TicketAnswered,
    /// It was closed.
    TicketClosed,
    /// It was taken up again.
    TicketReopened,
    /// A case was opened, decided already or to be looked at.
    CaseOpened,
    /// Staff decided about a flagged message.
    CaseDecided,
    /// A case was taken back.
    CaseUndone,
    /// An announcement began to go out.
    AnnouncementSent,
    /// What became of each copy is known.
    AnnouncementFinished,
    /// It was taken back, wherever it stood.
    AnnouncementRecalled,
    /// An activity was pushed to its audience.
    ActivityPublished,
    /// Sign-up ended.
    ActivityClosed,
    /// Somebody signed up.
    ActivitySignup,
    /// Somebody came into a community group.
    MemberJoined,
    /// Somebody left one.
    MemberLeft,
    /// Two identities turned out to be one person.
    MemberLinked,
    /// Staff tried a webhook.
    Test,
}

impl Happened {
    /// What can be chosen.
    pub const ALL: [Self; 18] = [
        Self::TicketOpened,
        Self::TicketClaimed,
        Self::TicketHanded,
        Self::TicketAnswered,
        Self::TicketClosed,
        Self::TicketReopened,
        Self::CaseOpened,
        Self::CaseDecided,
        Self::CaseUndone,
        Self::AnnouncementSent,
        Self::AnnouncementFinished,
        Self::AnnouncementRecalled,
        Self::ActivityPublished,
        Self::ActivityClosed,
        Self::ActivitySignup,
        Self::MemberJoined,
        Self::MemberLeft,
        Self::MemberLinked,
    ];

    /// The word in messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::TicketOpened => "ticket.opened",
            Self::TicketClaimed => "ticket.claimed",
            Self::TicketHanded => "ticket.handed",
            Self::TicketAnswered => "ticket.answered",
            Self::TicketClosed => "ticket.closed",
            Self::TicketReopened => "ticket.reopened",
            Self::CaseOpened => "case.opened",
            Self::CaseDecided => "case.decided",
            Self::CaseUndone => "case.undone",
            Self::AnnouncementSent => "announcement.sent",
            Self::AnnouncementFinished => "announcement.finished",
            Self::AnnouncementRecalled => "announcement.recalled",
            Self::ActivityPublished => "activity.published",
            Self::ActivityClosed => "activity.closed",
            Self::ActivitySignup => "activity.signup",
            Self::MemberJoined => "member.joined",
            Self::MemberLeft => "member.left",
            Self::MemberLinked => "member.linked",
            Self::Test => "webhook.test",
        }
    }

    /// What is called so.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().chain([Self::Test]).find(|one| one.word() == word)
    }

    /// The right that whoever is told of it must have.
    pub fn needs(self) -> Permission {
        match self {
            Self::TicketOpened
            | Self::TicketClaimed
            | Self::TicketHanded
            | Self::TicketAnswered
            | Self::TicketClosed
            | Self::TicketReopened => Permission::Tickets,
            Self::CaseOpened | Self::CaseDecided | Self::CaseUndone => Permission::ReadCases,
            Self::AnnouncementSent | Self::AnnouncementFinished | Self::AnnouncementRecalled => {
                Permission::Announce
            }
            Self::ActivityPublished | Self::ActivityClosed | Self::ActivitySignup => Permission::Activities,
            Self::MemberJoined | Self::MemberLeft | Self::MemberLinked => Permission::ReadPeople,
            Self::Test => Permission::Administer,
        }
    }
}

/// What anybody wants to hear of, read once for each piece of work.
#[derive(Default)]
struct Wanted(Option<BTreeSet<String>>);

/// Tells webhooks that something happened to `object`, with what else is known of it: an object of ids and words. It is
/// put down in this work and goes out after its commit. Where nobody wants to hear of it, nothing is put down.
///
/// # Errors
/// When the database fails.
pub async fn tell(work: &mut Work, what: Happened, object: impl ToString, detail: Value) -> Result<()> {
    if work.memo::<Wanted>().0.is_none() {
        let wanted = store::wanted(work.tx_unflushed()).await?;
        work.memo::<Wanted>().0 = Some(wanted);
    }
    let wanted = &work.memo::<Wanted>().0;
    if wanted.as_ref().is_some_and(|wanted| wanted.contains(what.word())) {
        let id = put_down(work, what, object.to_string(), &detail).await?;
        let due_at_ms = work.now_ms;
        work.arm(NewTimer { feature: NAME, kind: "event", key: id.to_string(), due_at_ms }).await?;
    }
    Ok(())
}

/// Keeps that something happened; gives its id.
pub(super) async fn put_down(
    work: &mut Work,
    what: Happened,
    object: String,
    detail: &Value,
) -> Result<RowId> {
    let detail = serde_json::to_string(detail).map_err(|error| FeatureError::Internal(error.to_string()))?;
    let id: RowId = work.hall.ids.next();
    let event =
        WebhookEvent { id: id.clone(), kind: what.word().to_owned(), object, detail, at_ms: work.now_ms };
    store::add_event(work.tx_unflushed(), &event).await?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_word_of_its_own_and_is_found_by_it() {
        for one in Happened::ALL.into_iter().chain([Happened::Test]) {
            assert_eq!(Happened::from_word(one.word()), Some(one));
        }
        assert_eq!(Happened::from_word("ticket.eaten"), None);
    }
}
