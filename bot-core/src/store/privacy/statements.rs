//! What erasing does to each table, in the order in which it is done.

use super::holds::{objects, uses};
use super::{blank_action, of_erasure};

/// Bans that are in force, and those of which that is not known.
macro_rules! banned {
    () => {
        "(SELECT chat_user FROM sanction WHERE kind = 'ban' AND state IN ('requested', 'active', 'lifting', 'undoing', 'unknown') \
        AND chat_user IN (SELECT id FROM their_users))"
    };
}

/// What is done in the first commit: afterwards nothing leads to them, and whoever writes from now on is somebody new.
pub(super) const AT_ONCE: [&str; 29] = [
    of_erasure!(
        "DELETE FROM standing WHERE (chat, member) IN (SELECT g.id, w.platform_key FROM chat_user w JOIN chat g \
        ON g.account = w.account WHERE w.id IN (SELECT id FROM their_users))"
    ),
    of_erasure!("UPDATE staff SET person = NULL WHERE person IN (SELECT id FROM their_persons)"),
    of_erasure!(
        "UPDATE chat SET platform_key = NULL, title = '', lang = NULL, reach = 'untried' WHERE id IN (SELECT id FROM their_chats)"
    ),
    of_erasure!("DELETE FROM chat_member WHERE chat_user IN (SELECT id FROM their_users)"),
    of_erasure!(
        "DELETE FROM form WHERE chat_user IN (SELECT id FROM their_users) OR chat IN (SELECT id FROM their_chats)"
    ),
    of_erasure!("DELETE FROM button WHERE for_user IN (SELECT id FROM their_users)"),
    of_erasure!("DELETE FROM choice WHERE chat IN (SELECT id FROM their_chats)"),
    of_erasure!("DELETE FROM link_code WHERE person IN (SELECT id FROM their_persons)"),
    of_erasure!("DELETE FROM link_guess WHERE chat_user IN (SELECT id FROM their_users)"),
    of_erasure!("DELETE FROM help_greeted WHERE chat_user IN (SELECT id FROM their_users)"),
    of_erasure!("DELETE FROM ticket_offer WHERE chat_user IN (SELECT id FROM their_users)"),
    of_erasure!("DELETE FROM opt_out WHERE person IN (SELECT id FROM their_persons)"),
    of_erasure!("DELETE FROM tier_member WHERE chat_user IN (SELECT id FROM their_users)"),
    of_erasure!(
        "DELETE FROM time_zone WHERE (kind = 'person' AND id IN (SELECT id FROM their_persons)) \
        OR (kind = 'merchant' AND id IN (SELECT id FROM their_shops)) OR (kind = 'chat' AND id IN (SELECT id FROM their_chats))"
    ),
    of_erasure!(
        "DELETE FROM person_join WHERE kept IN (SELECT id FROM their_persons) OR joined IN (SELECT id FROM their_persons)"
    ),
    of_erasure!(
        "DELETE FROM contact WHERE person IN (SELECT id FROM their_persons) OR merchant IN (SELECT id FROM their_shops)"
    ),
    of_erasure!("DELETE FROM merchant_tag WHERE merchant IN (SELECT id FROM their_shops)"),
    of_erasure!("DELETE FROM merchant_event WHERE merchant IN (SELECT id FROM their_shops)"),
    of_erasure!("DELETE FROM merchant_external WHERE merchant IN (SELECT id FROM their_shops)"),
    of_erasure!("DELETE FROM merchant WHERE id IN (SELECT id FROM their_shops)"),
    of_erasure!(
        "UPDATE delivery SET state = 'cancelled' WHERE state = 'planned' AND recipient IN (SELECT id FROM their_persons)"
    ),
    of_erasure!(
        "UPDATE delivery SET state = 'edit_failed' WHERE state = 'edit_planned' AND recipient IN (SELECT id FROM their_persons)"
    ),
    of_erasure!(
        "UPDATE delivery SET state = 'recall_failed' WHERE state = 'recall_planned' AND recipient IN (SELECT id FROM their_persons)"
    ),
    of_erasure!(
        "UPDATE join_request SET state = 'gone' WHERE state IN ('open', 'letting_in', 'turning_away') \
        AND chat_user IN (SELECT id FROM their_users)"
    ),
    of_erasure!(
        "UPDATE join_request SET words = '', request = 'erased:' || id WHERE chat_user IN (SELECT id FROM their_users)"
    ),
    of_erasure!("UPDATE acknowledgement SET name = '—' WHERE person IN (SELECT id FROM their_persons)"),
    of_erasure!(
        "UPDATE registration SET name = '—', untold = FALSE WHERE person IN (SELECT id FROM their_persons)"
    ),
    of_erasure!(
        "UPDATE chat_user SET name = '—', username = NULL, lang = NULL WHERE person IN (SELECT id FROM their_persons)"
    ),
    of_erasure!(
        "UPDATE chat_user SET platform_key = 'erased:' || id WHERE person IN (SELECT id FROM their_persons) AND id NOT IN ",
        banned!()
    ),
];

/// What is done in lots of `$2` rows. What names the place of texts goes after the texts.
pub(super) const LOTS: [&str; 19] = [
    of_erasure!(
        "UPDATE message SET text = '', extra = NULL WHERE id IN (SELECT id FROM message \
        WHERE author IN (SELECT id FROM their_users) AND (text <> '' OR extra IS NOT NULL) LIMIT $2)"
    ),
    of_erasure!(
        "UPDATE message SET text = '', extra = NULL WHERE id IN (SELECT id FROM message \
        WHERE chat IN (SELECT id FROM their_chats) AND (text <> '' OR extra IS NOT NULL) LIMIT $2)"
    ),
    // What of a ticket stands in the chats of staff.
    of_erasure!(
        "UPDATE message SET text = '', extra = NULL WHERE id IN (SELECT w.id FROM message w JOIN ticket_post o \
        ON o.chat = w.chat AND o.platform_key = w.platform_key WHERE o.ticket IN (SELECT no FROM their_tickets) \
        AND (w.text <> '' OR w.extra IS NOT NULL) LIMIT $2)"
    ),
    of_erasure!(
        "UPDATE outbox SET action = '",
        blank_action!(),
        "', error = NULL WHERE id IN (SELECT id FROM outbox WHERE id IN \
        (SELECT copy_outbox FROM ticket_message WHERE ticket IN (SELECT no FROM their_tickets) UNION \
        SELECT line_outbox FROM ticket WHERE no IN (SELECT no FROM their_tickets) UNION \
        SELECT thread_outbox FROM ticket WHERE no IN (SELECT no FROM their_tickets) UNION \
        SELECT header_outbox FROM ticket WHERE no IN (SELECT no FROM their_tickets)) \
        AND state NOT IN ('queued', 'leased') AND action <> '",
        blank_action!(),
        "' LIMIT $2)"
    ),
    of_erasure!(
        "DELETE FROM ticket_post WHERE (chat, platform_key) IN (SELECT chat, platform_key FROM ticket_post \
        WHERE ticket IN (SELECT no FROM their_tickets) LIMIT $2)"
    ),
    of_erasure!(
        "UPDATE ticket_message SET content = '{\"text\":{\"text\":\"\"}}' WHERE id IN (SELECT id FROM ticket_message \
        WHERE ticket IN (SELECT no FROM their_tickets) AND content <> '{\"text\":{\"text\":\"\"}}' LIMIT $2)"
    ),
    of_erasure!(
        "UPDATE ticket_event SET detail = NULL WHERE id IN (SELECT id FROM ticket_event \
        WHERE ticket IN (SELECT no FROM their_tickets) AND detail IS NOT NULL LIMIT $2)"
    ),
    of_erasure!(
        "UPDATE ticket SET subject = '', question = '', solution = NULL WHERE no IN (SELECT no FROM ticket \
        WHERE no IN (SELECT no FROM their_tickets) AND (subject <> '' OR question <> '' OR solution IS NOT NULL) LIMIT $2)"
    ),
    of_erasure!(
        "UPDATE file SET name = '—', used_at_ms = 0 WHERE digest IN (SELECT digest FROM file WHERE name <> '—' \
        AND digest IN (SELECT digest FROM file_use WHERE ",
        uses!(),
        ") LIMIT $2)"
    ),
    of_erasure!(
        "DELETE FROM file_use WHERE (digest, feature, use_key) IN (SELECT digest, feature, use_key FROM file_use WHERE ",
        uses!(),
        " LIMIT $2)"
    ),
    of_erasure!(
        "UPDATE mod_case SET state = CASE WHEN state = 'flagged' THEN 'dismissed' ELSE state END, explanation = NULL, \
        message_text = NULL, reason = NULL WHERE no IN (SELECT no FROM mod_case WHERE no IN (SELECT no FROM their_cases) \
        AND (state = 'flagged' OR explanation IS NOT NULL OR message_text IS NOT NULL OR reason IS NOT NULL) LIMIT $2)"
    ),
    of_erasure!(
        "UPDATE sanction SET error = NULL WHERE id IN (SELECT id FROM sanction WHERE chat_user IN (SELECT id FROM their_users) \
        AND error IS NOT NULL LIMIT $2)"
    ),
    // A question that nobody else put: its words are theirs alone.
    of_erasure!(
        "UPDATE gap SET form = 'erased:' || id, sample = '—' WHERE id IN (SELECT w.id FROM gap w WHERE w.sample <> '—' \
        AND EXISTS (SELECT 1 FROM gap_ask a WHERE a.gap = w.id AND a.author IN (SELECT id FROM their_users)) \
        AND NOT EXISTS (SELECT 1 FROM gap_ask a WHERE a.gap = w.id AND (a.author IS NULL OR a.author NOT IN (SELECT id FROM their_users))) LIMIT $2)"
    ),
    // One that others put too stays, without the way in which they put it.
    of_erasure!(
        "UPDATE gap SET sample = form WHERE id IN (SELECT w.id FROM gap w WHERE w.sample <> w.form AND w.sample <> '—' \
        AND EXISTS (SELECT 1 FROM gap_ask a WHERE a.gap = w.id AND a.author IN (SELECT id FROM their_users)) LIMIT $2)"
    ),
    of_erasure!(
        "UPDATE delivery SET name = '—', detail = NULL, messages = NULL, zone = NULL WHERE (push, recipient) IN (SELECT push, recipient \
        FROM delivery WHERE recipient IN (SELECT id FROM their_persons) \
        AND (name <> '—' OR detail IS NOT NULL OR messages IS NOT NULL OR zone IS NOT NULL) LIMIT $2)"
    ),
    of_erasure!(
        "UPDATE webhook_delivery SET body = NULL, answer = NULL, error = NULL, \
        state = CASE WHEN state = 'open' THEN 'withheld' ELSE state END WHERE id IN (SELECT id FROM webhook_delivery WHERE state <> 'calling' \
        AND (state = 'open' OR body IS NOT NULL OR answer IS NOT NULL OR error IS NOT NULL) \
        AND event IN (SELECT id FROM webhook_event WHERE ",
        objects!("object"),
        ") LIMIT $2)"
    ),
    of_erasure!(
        "UPDATE webhook_event SET detail = '{}' WHERE id IN (SELECT id FROM webhook_event WHERE detail <> '{}' AND ",
        objects!("object"),
        " LIMIT $2)"
    ),
    of_erasure!(
        "DELETE FROM click_link WHERE token IN (SELECT token FROM click_link WHERE recipient IN (SELECT id FROM their_persons) LIMIT $2)"
    ),
    of_erasure!(
        "DELETE FROM reaction WHERE (push, recipient, message, chat_user, emoji) IN (SELECT push, recipient, message, chat_user, emoji \
        FROM reaction WHERE chat_user IN (SELECT id FROM their_users) LIMIT $2)"
    ),
];

/// A table that is looked through from end to end for what was said of them to others.
pub(super) struct Walk {
    /// The last of the next rows behind `$1`, `$2` at most.
    pub(super) next: &'static str,
    /// What is done with rows behind `$1` up to `$2` that hold the mark `$3`.
    pub(super) touch: &'static str,
    /// Whether its texts are JSON.
    pub(super) is_json: bool,
}

macro_rules! next {
    ($table:literal) => {
        concat!(
            "SELECT max(id) FROM (SELECT id FROM ",
            $table,
            " WHERE id > $1 ORDER BY id LIMIT $2) AS next_rows"
        )
    };
}

pub(super) const WALKS: [Walk; 5] = [
    Walk {
        next: next!("outbox"),
        touch: concat!(
            "UPDATE outbox SET action = '",
            blank_action!(),
            "', error = NULL, state = CASE WHEN state = 'unknown' THEN 'rejected' ELSE state END \
            WHERE id > $1 AND id <= $2 AND lane <> 2 AND state NOT IN ('queued', 'leased') \
            AND (action LIKE $3 ESCAPE '\\' OR error LIKE $3 ESCAPE '\\')"
        ),
        is_json: true,
    },
    Walk {
        next: next!("message"),
        touch: "UPDATE message SET text = '', extra = NULL WHERE id > $1 AND id <= $2 AND author IS NULL AND text LIKE $3 ESCAPE '\\'",
        is_json: false,
    },
    Walk {
        next: next!("event_failed"),
        touch: "DELETE FROM event_failed WHERE id > $1 AND id <= $2 AND (event LIKE $3 ESCAPE '\\' OR error LIKE $3 ESCAPE '\\')",
        is_json: true,
    },
    Walk {
        next: next!("webhook_delivery"),
        touch: "UPDATE webhook_delivery SET body = NULL, answer = NULL, error = NULL, \
            state = CASE WHEN state = 'open' THEN 'withheld' ELSE state END WHERE id > $1 AND id <= $2 AND state <> 'calling' \
            AND (body LIKE $3 ESCAPE '\\' OR answer LIKE $3 ESCAPE '\\' OR error LIKE $3 ESCAPE '\\')",
        is_json: true,
    },
    Walk {
        next: next!("webhook_event"),
        touch: "UPDATE webhook_event SET detail = '{}' WHERE id > $1 AND id <= $2 AND detail LIKE $3 ESCAPE '\\'",
        is_json: true,
    },
];
/// What was sent to them, in the lot of the outbox that is being looked through.
pub(super) const SENT_TO_THEM: &str = of_erasure!(
    "UPDATE outbox SET action = '",
    blank_action!(),
    "', delivered = NULL, error = NULL, \
    state = CASE WHEN state = 'unknown' THEN 'rejected' ELSE state END \
    WHERE id > $2 AND id <= $3 AND chat IN (SELECT id FROM their_chats) AND state NOT IN ('queued', 'leased')"
);

pub(super) const FREE_KEYS: &str = of_erasure!(
    "UPDATE chat_user SET platform_key = 'erased:' || id WHERE person IN (SELECT id FROM their_persons) \
    AND name = '—' AND platform_key <> 'erased:' || id AND id NOT IN ",
    banned!()
);
pub(super) const HELD: &str = of_erasure!(
    "SELECT count(*) FROM chat_user WHERE person IN (SELECT id FROM their_persons) \
    AND name = '—' AND platform_key <> 'erased:' || id"
);
