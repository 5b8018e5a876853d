//! A ticket in hand, with the person and the chats that it concerns.

use serde_json::json;

use crate::chat::{AccountId, Action, Content, Feature as Can, Lane, Lang, MessageKey, MessageRef};
use crate::directory::{Chat, Purpose, User};
use crate::error::{FeatureError, Result};
use crate::features::form::NewButton;
use crate::features::webhook::{self, Happened};
use crate::ids::{OutboxId, StaffId, TicketNo, UserId};
use crate::roster::{Permission, Staff};
use crate::store::ticket::{Delivery, MessageKind, Ticket, TicketEvent, TicketMessage};
use crate::store::{chat, ticket};
use crate::text;
use crate::texts::Text;
use crate::work::{Origin, Outgoing, Place, Work};

use super::decide::{Way, way};
use super::words::passed_on;
use super::{NAME, desk, files};

/// A ticket with whom and where it concerns.
pub(super) struct Matter {
    pub(super) ticket: Ticket,
    /// Whose it is.
    pub(super) user: User,
    /// Where they are answered.
    pub(super) direct: Chat,
    /// Where staff work on it.
    pub(super) staff_chat: Option<Chat>,
    /// Files that are fetched by this piece of work: on which account, under which key, and the outbox row.
    pub(super) fetches: Vec<(AccountId, String, OutboxId)>,
}

/// Who does something.
#[derive(Clone, Debug)]
pub(super) enum By {
    /// An agent.
    Staff(Staff),
    /// The merchant.
    Merchant,
}

/// A message to be added to a ticket.
pub(super) struct NewWords {
    pub(super) kind: MessageKind,
    pub(super) staff: Option<StaffId>,
    pub(super) user: Option<UserId>,
    pub(super) content: Content,
    /// `Queued` when it is passed on in the same piece of work.
    pub(super) delivery: Delivery,
}

impl By {
    /// The agent, if it is one.
    pub(super) fn staff(&self) -> Option<&Staff> {
        match self {
            Self::Staff(staff) => Some(staff),
            Self::Merchant => None,
        }
    }
}

impl Matter {
    /// Takes a ticket in hand.
    pub(super) async fn of(work: &mut Work, ticket: Ticket) -> Result<Self> {
        let tx = work.tx().await?;
        let gone = |what: &str| FeatureError::Internal(format!("{} has no {what}", ticket.no));
        let user = chat::user(tx, &ticket.user).await?.ok_or_else(|| gone("user"))?;
        let direct = chat::get(tx, &ticket.direct).await?.ok_or_else(|| gone("private chat"))?;
        let staff_chat = match &ticket.staff_chat {
            Some(id) => chat::get(tx, id).await?.filter(|chat| chat.purpose == Purpose::Staff),
            None => None,
        };
        Ok(Self { ticket, user, direct, staff_chat, fetches: Vec::new() })
    }

    /// Takes a ticket in hand by its number.
    ///
    /// # Errors
    /// One sentence when there is none.
    pub(super) async fn numbered(work: &mut Work, no: TicketNo) -> Result<Self> {
        match ticket::get(work.tx().await?, no).await? {
            Some(ticket) => Self::of(work, ticket).await,
            None => Err(text!("ticket-unknown", no = no.to_string()).into()),
        }
    }

    /// Keeps the ticket as it now is.
    pub(super) async fn save(&self, work: &mut Work) -> Result<()> {
        Ok(ticket::put(work.tx().await?, &self.ticket).await?)
    }

    /// The number, as it is shown.
    pub(super) fn no(&self) -> String {
        self.ticket.no.to_string()
    }

    /// The language of the staff chat.
    pub(super) fn staff_lang(&self, work: &Work) -> Lang {
        self.staff_chat.as_ref().and_then(|chat| chat.lang).unwrap_or(work.hall.default_lang)
    }

    /// Adds to the ticket's trace; what staff do is also audited.
    pub(super) async fn trace(
        &self,
        work: &mut Work,
        kind: &str,
        by: Option<&By>,
        detail: Option<String>,
    ) -> Result<()> {
        let staff = by.and_then(By::staff).map(|staff| staff.id.clone());
        let merchant = matches!(by, Some(By::Merchant)).then(|| self.user.id.clone());
        if let Some(staff) = &staff {
            work.audit_staff(staff, &format!("ticket.{kind}"), self.no(), detail.clone()).await?;
        }
        let event = TicketEvent {
            id: work.hall.ids.next(),
            ticket: self.ticket.no,
            at_ms: work.now_ms,
            kind: kind.to_owned(),
            staff,
            chat_user: merchant,
            detail,
        };
        ticket::add_event(work.tx().await?, &event).await?;
        self.tell_outside(work, kind, by).await
    }

    /// Tells webhooks of what they can choose to hear.
    async fn tell_outside(&self, work: &mut Work, kind: &str, by: Option<&By>) -> Result<()> {
        let what = match kind {
            "opened" => Happened::TicketOpened,
            "claimed" => Happened::TicketClaimed,
            "handed" => Happened::TicketHanded,
            "reply" => Happened::TicketAnswered,
            "closed" => Happened::TicketClosed,
            "reopened" => Happened::TicketReopened,
            _ => return Ok(()),
        };
        let staff = by.and_then(By::staff).map(|staff| staff.id.to_string());
        webhook::tell(work, what, self.ticket.no, json!({ "no": self.no(), "by": staff })).await
    }

    /// Adds a message to the ticket; it goes nowhere yet.
    pub(super) async fn add(&self, work: &mut Work, new: NewWords) -> Result<TicketMessage> {
        let message = TicketMessage {
            id: work.hall.ids.next(),
            ticket: self.ticket.no,
            kind: new.kind,
            staff: new.staff,
            user: new.user,
            content: new.content,
            copy_outbox: None,
            delivery: new.delivery,
            at_ms: work.now_ms,
            edited_at_ms: None,
            deleted_at_ms: None,
        };
        ticket::add_message(work.tx().await?, &message).await?;
        Ok(message)
    }

    /// How a message for the merchant goes now.
    pub(super) fn way(&self, work: &Work) -> Way {
        way(self.direct.reach, work.capabilities(&self.direct).is_native(Can::DirectFirst))
    }

    /// A message of the ticket as the merchant reads it.
    pub(super) async fn for_merchant(&self, work: &mut Work, message: &TicketMessage) -> Result<Content> {
        if message.kind == MessageKind::System {
            return Ok(message.content.clone());
        }
        let own_name = match &message.staff {
            Some(staff) => ticket::public_name(work.tx().await?, staff).await?,
            None => None,
        };
        let name =
            own_name.unwrap_or_else(|| work.hall.texts.say(self.ticket.lang, &Text::new("ticket-support")));
        let content = passed_on(&name, &message.content);
        Ok(match &self.staff_chat {
            Some(chat) => files::portable(self, work, content, chat, Some(&message.id), &self.direct.account),
            None => content,
        })
    }

    /// Sends a message to the merchant, whatever became of it before.
    pub(super) async fn send_to_merchant(
        &self,
        work: &mut Work,
        message: &mut TicketMessage,
        reply_to: Option<MessageKey>,
    ) -> Result<()> {
        let mut content = self.for_merchant(work, message).await?;
        content.reply_to = reply_to.map(MessageRef::Key);
        let out = Outgoing::new(Place::chat(&self.direct.id), Lane::Talk, Action::Send(content))
            .heard_by(Origin::new(NAME, "relay", &message.id));
        message.copy_outbox = Some(work.send(out));
        message.delivery = Delivery::Queued;
        Ok(ticket::put_message(work.tx().await?, message).await?)
    }

    /// Lets a message go to the merchant, or keeps it until they open the private chat. The agent is told when
    /// it is the first that waits.
    pub(super) async fn let_go(
        &mut self,
        work: &mut Work,
        message: &mut TicketMessage,
        reply_to: Option<MessageKey>,
    ) -> Result<()> {
        match self.way(work) {
            Way::Now => self.send_to_merchant(work, message, reply_to).await,
            Way::Hold => self.hold(work, message).await,
            Way::Gone => {
                message.delivery = Delivery::Rejected;
                ticket::put_message(work.tx().await?, message).await?;
                let name = self.user.name.clone();
                desk::line(self, work, text!("ticket-line-gone", name = name)).await
            }
        }
    }

    /// Keeps a message until the person opens the private chat; the agent is told when it is the first.
    pub(super) async fn hold(&mut self, work: &mut Work, message: &mut TicketMessage) -> Result<()> {
        let first = ticket::held(work.tx().await?, self.ticket.no).await?.is_empty();
        message.delivery = Delivery::Held;
        message.copy_outbox = None;
        ticket::put_message(work.tx().await?, message).await?;
        if !first {
            return Ok(());
        }
        self.trace(work, "held", None, Some(message.id.to_string())).await?;
        let name = self.user.name.clone();
        desk::line(self, work, text!("ticket-line-held", name = name)).await
    }

    /// Says something to the merchant in the program's own name.
    pub(super) async fn tell(&mut self, work: &mut Work, content: Content) -> Result<()> {
        let delivery = Delivery::Queued;
        let new = NewWords { kind: MessageKind::System, staff: None, user: None, content, delivery };
        let mut message = self.add(work, new).await?;
        self.let_go(work, &mut message, None).await
    }

    /// A button that does something with this ticket.
    pub(super) fn button(&self, verb: &'static str, for_user: Option<UserId>) -> NewButton {
        NewButton {
            feature: NAME,
            verb,
            payload: serde_json::json!({ "no": self.ticket.no }),
            for_user,
            expires_at_ms: None,
        }
    }
}

/// A staff member who may work on tickets.
///
/// # Errors
/// One sentence when there is no such member or their roles do not allow it.
pub(super) fn agent(work: &Work, staff: &StaffId) -> Result<Staff> {
    let roster = work.hall.roster.load();
    match roster.get(staff).filter(|staff| staff.may(Permission::Tickets)) {
        Some(staff) => Ok(staff.clone()),
        None => Err(Text::new("ticket-no-right").into()),
    }
}
