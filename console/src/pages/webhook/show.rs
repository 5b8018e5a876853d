//! A webhook, its form and its messages, as a page shows them.

use bot_core::features::webhook::{Happened, Typed};
use bot_core::store::webhook::{Delivery, DeliveryState, Webhook, WebhookState};
use bot_core::texts::Text;

use crate::frame::{Frame, Moment};
use crate::state::Console;

/// A webhook as a page shows it.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) url: String,
    pub(super) description: String,
    pub(super) state: String,
    pub(super) colour: &'static str,
    pub(super) is_on: bool,
    pub(super) is_gone: bool,
    pub(super) types: i64,
    pub(super) staff: String,
    pub(super) made: Moment,
    pub(super) failing: Option<String>,
    pub(super) old_until: Option<Moment>,
}

/// The form of one: new, or to be changed.
#[derive(Default)]
pub(super) struct FormShown {
    pub(super) id: String,
    pub(super) url: String,
    pub(super) description: String,
    pub(super) types: Vec<TypeShown>,
    pub(super) error: String,
}

/// Something that can be chosen.
pub(super) struct TypeShown {
    pub(super) word: &'static str,
    pub(super) words: String,
    pub(super) chosen: bool,
}

/// A message as a page shows it.
pub(super) struct MessageRow {
    pub(super) id: String,
    pub(super) event: String,
    pub(super) kind: String,
    pub(super) object: String,
    pub(super) state: String,
    pub(super) colour: &'static str,
    pub(super) attempts: i64,
    pub(super) status: String,
    pub(super) answer: String,
    pub(super) error: String,
    pub(super) tried: Option<Moment>,
    pub(super) took_ms: Option<i64>,
    pub(super) next: Option<Moment>,
    pub(super) made: Moment,
    pub(super) can_again: bool,
}

/// What is told of each.
pub(super) fn type_text(what: Happened) -> Text {
    match what {
        Happened::TicketOpened => Text::new("console-webhook-ticket-opened"),
        Happened::TicketClaimed => Text::new("console-webhook-ticket-claimed"),
        Happened::TicketHanded => Text::new("console-webhook-ticket-handed"),
        Happened::TicketAnswered => Text::new("console-webhook-ticket-answered"),
        Happened::TicketClosed => Text::new("console-webhook-ticket-closed"),
        Happened::TicketReopened => Text::new("console-webhook-ticket-reopened"),
        Happened::CaseOpened => Text::new("console-webhook-case-opened"),
        Happened::CaseDecided => Text::new("console-webhook-case-decided"),
        Happened::CaseUndone => Text::new("console-webhook-case-undone"),
        Happened::AnnouncementSent => Text::new("console-webhook-announcement-sent"),
        Happened::AnnouncementFinished => Text::new("console-webhook-announcement-finished"),
        Happened::AnnouncementRecalled => Text::new("console-webhook-announcement-recalled"),
        Happened::ActivityPublished => Text::new("console-webhook-activity-published"),
        Happened::ActivityClosed => Text::new("console-webhook-activity-closed"),
        Happened::ActivitySignup => Text::new("console-webhook-activity-signup"),
        Happened::MemberJoined => Text::new("console-webhook-member-joined"),
        Happened::MemberLeft => Text::new("console-webhook-member-left"),
        Happened::MemberLinked => Text::new("console-webhook-member-linked"),
        Happened::Test => Text::new("console-webhook-test"),
    }
}

pub(super) fn state_text(state: WebhookState) -> (Text, &'static str) {
    match state {
        WebhookState::On => (Text::new("console-webhook-on"), "good"),
        WebhookState::Off => (Text::new("console-webhook-off"), ""),
        WebhookState::Gone => (Text::new("console-webhook-gone"), "bad"),
        WebhookState::Failing => (Text::new("console-webhook-failing"), "bad"),
    }
}

pub(super) fn delivery_text(state: DeliveryState) -> (Text, &'static str) {
    match state {
        DeliveryState::Open => (Text::new("console-webhook-open"), "warn"),
        DeliveryState::Calling => (Text::new("console-webhook-calling"), ""),
        DeliveryState::Sent => (Text::new("console-webhook-sent"), "good"),
        DeliveryState::Failed => (Text::new("console-webhook-failed"), "bad"),
        DeliveryState::Withheld => (Text::new("console-webhook-withheld"), "bad"),
    }
}

pub(super) fn row(console: &Console, f: &Frame, one: &Webhook, types: i64) -> Row {
    let (state, colour) = state_text(one.state);
    let roster = console.hall.roster.load();
    Row {
        id: one.id.to_string(),
        url: one.url.clone(),
        description: one.description.clone(),
        state: f.say(&state),
        colour,
        is_on: one.state == WebhookState::On,
        is_gone: one.state == WebhookState::Gone,
        types,
        staff: roster.get(&one.staff).map_or_else(|| one.staff.to_string(), |staff| staff.name.clone()),
        made: f.moment(one.created_at_ms),
        failing: one.failing_since_ms.map(|since_ms| f.ago(since_ms)),
        old_until: one
            .old
            .as_ref()
            .filter(|(_, until_ms)| console.hall.now_ms() < *until_ms)
            .map(|(_, until_ms)| f.moment(*until_ms)),
    }
}

pub(super) fn form(f: &Frame, id: &str, typed: &Typed, error: String) -> FormShown {
    let types = Happened::ALL.into_iter().filter(|what| f.may(what.needs()));
    let types = types.map(|what| TypeShown {
        word: what.word(),
        words: f.say(&type_text(what)),
        chosen: typed.types.contains(what.word()),
    });
    FormShown {
        id: id.to_owned(),
        url: typed.url.clone(),
        description: typed.description.clone(),
        types: types.collect(),
        error,
    }
}

pub(super) fn message(f: &Frame, one: Delivery) -> MessageRow {
    let (state, colour) = delivery_text(one.state);
    MessageRow {
        next: one.next_at_ms().map(|at_ms| f.moment(at_ms)),
        id: one.id.to_string(),
        event: one.event.to_string(),
        kind: one.kind,
        object: one.object,
        state: f.say(&state),
        colour,
        attempts: one.attempts,
        status: one.status.map(|status| status.to_string()).unwrap_or_default(),
        answer: one.answer.unwrap_or_default(),
        error: one.error.unwrap_or_default(),
        tried: one.tried_at_ms.map(|at_ms| f.moment(at_ms)),
        took_ms: one.took_ms,
        made: f.moment(one.made_at_ms),
        can_again: one.state != DeliveryState::Calling,
    }
}
