-- Announcements, and what was pushed to whom (of announcements and of activities).

CREATE TABLE announcement (
    no              BIGINT  NOT NULL PRIMARY KEY,
    -- draft, scheduled, sending, sent, recalling, recalled or cancelled
    state           TEXT    NOT NULL,
    -- Titles and bodies, the audience and the place for news of it, as JSON.
    wording         TEXT    NOT NULL,
    audience        TEXT,
    place           TEXT,
    pin             BOOLEAN NOT NULL,
    at_ms           BIGINT,
    -- Rises with each change of the text.
    version         BIGINT  NOT NULL,
    by_staff        TEXT    NOT NULL REFERENCES staff (id),
    sent_by         TEXT    REFERENCES staff (id),
    created_at_ms   BIGINT  NOT NULL,
    started_at_ms   BIGINT,
    settled_at_ms   BIGINT
);
CREATE INDEX announcement_state ON announcement (state, no);

-- One row for each recipient of a push. A push is named by what it belongs to: A-3, E-5.
CREATE TABLE delivery (
    push       TEXT   NOT NULL,
    -- The person, or the chat of a group.
    recipient  TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    account    TEXT,
    chat_user  TEXT,
    -- NULL for a direct chat that is yet to be made.
    chat       TEXT,
    lang       TEXT   NOT NULL,
    -- See CopyState.
    state      TEXT   NOT NULL,
    -- Why it failed, in one word and in the platform's words.
    reason     TEXT,
    detail     TEXT,
    -- The outbox row that is on its way, or was last.
    outbox     TEXT,
    -- The keys of the messages of this copy, as JSON: several where the platform split it.
    messages   TEXT,
    -- The version of the text that the copy shows.
    version    BIGINT NOT NULL,
    -- asked, pinned or refused
    pin        TEXT,
    sent_at_ms BIGINT,
    PRIMARY KEY (push, recipient)
);
CREATE INDEX delivery_state ON delivery (push, state, recipient);
