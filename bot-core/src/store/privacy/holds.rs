//! Which table holds what of people. A table that is missing here fails a test.

/// What a table holds of people and merchants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// Rows that are theirs, by this condition.
    Theirs(&'static str),
    /// Nothing that is exported, and why.
    Nothing(&'static str),
}

use Holds::{Nothing, Theirs};

const PERSON: &str = "person IN (SELECT id FROM their_persons)";
const USER: &str = "chat_user IN (SELECT id FROM their_users)";
const TICKET: &str = "ticket IN (SELECT no FROM their_tickets)";
const SHOP: &str = "merchant IN (SELECT id FROM their_shops)";
const COPY: &str = "recipient IN (SELECT id FROM their_persons) OR recipient IN (SELECT id FROM their_chats)";
const STAFF: &str = "of who works here";
const WRITTEN: &str = "what staff wrote for many";
const WORKINGS: &str = "how the program works";
const PASSING: &str = "what is just coming in, taken within seconds";

/// The uses of files by their tickets and cases.
macro_rules! uses {
    () => {
        "(feature = 'ticket' AND use_key IN (SELECT CAST(no AS TEXT) FROM their_tickets)) \
        OR (feature = 'moderation' AND use_key IN (SELECT CAST(no AS TEXT) FROM their_cases))"
    };
}
pub(super) use uses;

/// What is told of an object: the person, the merchant, a ticket, a case.
macro_rules! objects {
    ($column:literal) => {
        concat!(
            $column,
            " IN (SELECT id FROM their_persons UNION SELECT id FROM their_shops UNION SELECT 'T-' || no FROM their_tickets \
            UNION SELECT 'C-' || no FROM their_cases)"
        )
    };
}

pub(super) use objects;

pub(super) const HOLDS: &[(&str, Holds)] = &[
    ("account_lease", Nothing(WORKINGS)),
    ("acknowledgement", Theirs(PERSON)),
    ("activity", Nothing(WRITTEN)),
    ("album_part", Nothing(PASSING)),
    ("announcement", Nothing(WRITTEN)),
    ("announcement_series", Nothing(WRITTEN)),
    ("answer_given", Theirs("asker IN (SELECT id FROM their_users)")),
    ("api_token", Nothing(STAFF)),
    ("article", Nothing(WRITTEN)),
    ("article_revision", Nothing(WORKINGS)),
    ("article_text", Nothing(WRITTEN)),
    ("audit", Theirs(objects!("object"))),
    ("audit_head", Nothing(WORKINGS)),
    ("bookmark", Nothing(WORKINGS)),
    ("button", Theirs("for_user IN (SELECT id FROM their_users)")),
    ("calendar_feed", Nothing(STAFF)),
    ("chat", Theirs("id IN (SELECT id FROM their_chats)")),
    ("chat_member", Theirs(USER)),
    ("chat_user", Theirs(PERSON)),
    ("choice", Theirs("chat IN (SELECT id FROM their_chats)")),
    ("click", Theirs(COPY)),
    ("click_link", Theirs(COPY)),
    ("click_target", Nothing(WRITTEN)),
    ("composer", Nothing(WRITTEN)),
    ("console_session", Nothing(STAFF)),
    (
        "contact",
        Theirs("merchant IN (SELECT id FROM their_shops) OR person IN (SELECT id FROM their_persons)"),
    ),
    ("counter", Nothing(WORKINGS)),
    ("delivery", Theirs(COPY)),
    ("delivery_hold", Nothing(WORKINGS)),
    ("delivery_turn", Nothing(WORKINGS)),
    ("delivery_zone", Nothing(WORKINGS)),
    ("erasure", Nothing("who asked for an erasure; names are in it only while it is under way")),
    ("erasure_person", Nothing("ids that lead to nobody")),
    (
        "event_failed",
        Nothing("events that nobody could read stand in nobody's name; erasing looks through them"),
    ),
    ("event_taken", Nothing("keys of events, forgotten after two days")),
    ("file", Theirs(concat!("digest IN (SELECT digest FROM file_use WHERE ", uses!(), ")"))),
    ("file_copy", Nothing(WORKINGS)),
    ("file_use", Theirs(uses!())),
    ("form", Theirs(USER)),
    ("gap", Nothing("a question, whoever put it; who did stands in gap_ask")),
    ("gap_ask", Theirs("author IN (SELECT id FROM their_users)")),
    ("help_greeted", Theirs(USER)),
    ("idempotency", Nothing("answers to programs and where forms led, forgotten after a day")),
    ("join_request", Theirs(USER)),
    ("learner", Nothing(WORKINGS)),
    ("learner_decision", Nothing("which cases were learnt from, by number")),
    ("link_code", Nothing("digests of codes that are good for minutes")),
    ("link_guess", Theirs(USER)),
    ("lockdown", Nothing(STAFF)),
    ("macro", Nothing(WRITTEN)),
    ("merchant", Theirs("id IN (SELECT id FROM their_shops)")),
    ("merchant_event", Theirs(SHOP)),
    ("merchant_external", Theirs(SHOP)),
    ("merchant_tag", Theirs(SHOP)),
    ("message", Theirs("author IN (SELECT id FROM their_users) OR chat IN (SELECT id FROM their_chats)")),
    ("mod_case", Theirs(USER)),
    ("node", Nothing(WORKINGS)),
    ("opt_out", Theirs(PERSON)),
    ("outbox", Theirs("chat IN (SELECT id FROM their_chats)")),
    ("person", Theirs("id IN (SELECT id FROM their_persons)")),
    (
        "person_join",
        Theirs("kept IN (SELECT id FROM their_persons) OR joined IN (SELECT id FROM their_persons)"),
    ),
    ("posted", Nothing(PASSING)),
    ("reaction", Theirs(USER)),
    ("registration", Theirs(PERSON)),
    ("retention", Nothing(WORKINGS)),
    ("sanction", Theirs(USER)),
    ("sign_in_half", Nothing(STAFF)),
    ("sign_in_link", Nothing(STAFF)),
    ("slow_mode", Nothing(STAFF)),
    ("staff", Nothing(STAFF)),
    ("staff_password", Nothing(STAFF)),
    ("staff_recovery_code", Nothing(STAFF)),
    ("staff_role", Nothing(STAFF)),
    ("staff_second_factor", Nothing(STAFF)),
    ("staff_seen", Nothing(STAFF)),
    ("standing", Theirs(STANDING)),
    ("ticket", Theirs(USER)),
    ("ticket_agent", Nothing(STAFF)),
    ("ticket_event", Theirs(TICKET)),
    ("ticket_message", Theirs(TICKET)),
    ("ticket_offer", Theirs(USER)),
    ("ticket_post", Theirs(TICKET)),
    ("tier_group", Nothing(STAFF)),
    ("tier_member", Theirs(USER)),
    (
        "time_zone",
        Theirs(
            "(kind = 'person' AND id IN (SELECT id FROM their_persons)) OR (kind = 'merchant' AND id IN (SELECT id FROM their_shops)) \
            OR (kind = 'chat' AND id IN (SELECT id FROM their_chats))",
        ),
    ),
    ("timer", Nothing(WORKINGS)),
    ("webhook", Nothing(STAFF)),
    (
        "webhook_delivery",
        Theirs(concat!("event IN (SELECT id FROM webhook_event WHERE ", objects!("object"), ")")),
    ),
    ("webhook_event", Theirs(objects!("object"))),
    ("webhook_type", Nothing(STAFF)),
];

/// How a chat's member was restricted before a mute.
pub(super) const STANDING: &str = "(chat, member) IN (SELECT g.id, w.platform_key FROM chat_user w JOIN chat g ON g.account = w.account \
    WHERE w.id IN (SELECT id FROM their_users))";
