-- Tickets, what is said in them, where each message stands in chats, and their trace.

CREATE TABLE ticket (
    no             BIGINT  NOT NULL PRIMARY KEY,
    -- Whose it is.
    chat_user      TEXT    NOT NULL REFERENCES chat_user (id),
    -- The private chat in which they are answered.
    direct         TEXT    NOT NULL REFERENCES chat (id),
    lang           TEXT    NOT NULL,
    -- new, open, waiting, closed or reopened
    state          TEXT    NOT NULL,
    owner          TEXT    REFERENCES staff (id),
    subject        TEXT    NOT NULL,
    question       TEXT    NOT NULL,
    origin_chat    TEXT,
    origin_message TEXT,
    origin_thread  TEXT,
    opened_by      TEXT    REFERENCES staff (id),
    -- Comes back when the person opens the private chat through the button.
    handle         TEXT    NOT NULL UNIQUE,
    -- The line in the group, and whether it carries the button by now.
    line_outbox    TEXT,
    line_button    BOOLEAN NOT NULL,
    -- The place in the staff chat: a thread, or the chat itself (flat).
    staff_chat     TEXT,
    flat           BOOLEAN NOT NULL,
    threads_opened BIGINT  NOT NULL,
    thread_outbox  TEXT,
    thread_key     TEXT,
    header_outbox  TEXT,
    solution       TEXT,
    opened_at_ms   BIGINT  NOT NULL,
    changed_at_ms  BIGINT  NOT NULL,
    closed_at_ms   BIGINT
);
CREATE UNIQUE INDEX ticket_one_open ON ticket (chat_user) WHERE state <> 'closed';
CREATE INDEX ticket_user ON ticket (chat_user, no);
CREATE INDEX ticket_thread ON ticket (staff_chat, thread_key) WHERE thread_key IS NOT NULL;
CREATE INDEX ticket_state ON ticket (state, no);

CREATE TABLE ticket_message (
    id            TEXT   NOT NULL PRIMARY KEY,
    ticket        BIGINT NOT NULL REFERENCES ticket (no),
    -- merchant, staff, system or note
    kind          TEXT   NOT NULL,
    staff         TEXT   REFERENCES staff (id),
    chat_user     TEXT   REFERENCES chat_user (id),
    -- As it was written, as JSON; without what is added when it is passed on.
    content       TEXT   NOT NULL,
    -- The outbox row that passes it on, once there is one.
    copy_outbox   TEXT,
    -- held, queued, sent, rejected, unknown or kept
    delivery      TEXT   NOT NULL,
    at_ms         BIGINT NOT NULL,
    edited_at_ms  BIGINT,
    deleted_at_ms BIGINT
);
CREATE INDEX ticket_message_ticket ON ticket_message (ticket, id);
CREATE INDEX ticket_message_held ON ticket_message (ticket, id) WHERE delivery = 'held';

-- Every platform message of a ticket: where it was written, and its copies on the other side.
CREATE TABLE ticket_post (
    chat         TEXT    NOT NULL,
    platform_key TEXT    NOT NULL,
    ticket       BIGINT  NOT NULL REFERENCES ticket (no),
    -- NULL for headers and lines.
    message      TEXT    REFERENCES ticket_message (id),
    original     BOOLEAN NOT NULL,
    PRIMARY KEY (chat, platform_key)
);
CREATE INDEX ticket_post_message ON ticket_post (message) WHERE message IS NOT NULL;
CREATE INDEX ticket_post_ticket ON ticket_post (ticket, chat);

-- Append only.
CREATE TABLE ticket_event (
    id        TEXT   NOT NULL PRIMARY KEY,
    ticket    BIGINT NOT NULL REFERENCES ticket (no),
    at_ms     BIGINT NOT NULL,
    kind      TEXT   NOT NULL,
    staff     TEXT   REFERENCES staff (id),
    chat_user TEXT   REFERENCES chat_user (id),
    detail    TEXT
);
CREATE INDEX ticket_event_ticket ON ticket_event (ticket, id);

-- When somebody was last offered a ticket in their private chat.
CREATE TABLE ticket_offer (
    chat_user     TEXT   NOT NULL PRIMARY KEY REFERENCES chat_user (id),
    offered_at_ms BIGINT NOT NULL
);

-- Agents who show merchants a name of their own; the others are "Support".
CREATE TABLE ticket_agent (
    staff       TEXT NOT NULL PRIMARY KEY REFERENCES staff (id),
    public_name TEXT NOT NULL
);
