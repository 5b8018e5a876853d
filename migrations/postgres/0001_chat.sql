-- Chats, users, persons and messages; and which events were taken.

CREATE TABLE person (
    id            TEXT   NOT NULL PRIMARY KEY,
    created_at_ms BIGINT NOT NULL
);

CREATE TABLE chat_user (
    id            TEXT    NOT NULL PRIMARY KEY,
    account       TEXT    NOT NULL,
    platform_key  TEXT    NOT NULL,
    person        TEXT    NOT NULL REFERENCES person (id),
    name          TEXT    NOT NULL,
    username      TEXT,
    lang          TEXT,
    is_bot        BOOLEAN NOT NULL,
    created_at_ms BIGINT  NOT NULL,
    UNIQUE (account, platform_key)
);
CREATE INDEX chat_user_person ON chat_user (person);
CREATE INDEX chat_user_username ON chat_user (account, lower(username));

CREATE TABLE chat (
    id            TEXT   NOT NULL PRIMARY KEY,
    account       TEXT   NOT NULL,
    -- NULL for a direct chat that was never opened.
    platform_key  TEXT,
    kind          TEXT   NOT NULL,
    title         TEXT   NOT NULL,
    purpose       TEXT   NOT NULL,
    lang          TEXT,
    peer          TEXT   UNIQUE REFERENCES chat_user (id),
    reach         TEXT   NOT NULL,
    created_at_ms BIGINT NOT NULL,
    UNIQUE (account, platform_key)
);
CREATE INDEX chat_purpose ON chat (purpose);

CREATE TABLE chat_member (
    chat         TEXT   NOT NULL REFERENCES chat (id),
    chat_user    TEXT   NOT NULL REFERENCES chat_user (id),
    role         TEXT   NOT NULL,
    joined_at_ms BIGINT NOT NULL,
    PRIMARY KEY (chat, chat_user)
);
CREATE INDEX chat_member_user ON chat_member (chat_user);

CREATE TABLE message (
    id            TEXT   NOT NULL PRIMARY KEY,
    chat          TEXT   NOT NULL,
    platform_key  TEXT   NOT NULL,
    thread        TEXT,
    -- NULL for the bot's own and for posts of a chat or channel.
    author        TEXT,
    text          TEXT   NOT NULL,
    -- Marks, attachments and the message replied to, as JSON; NULL when there is nothing of it.
    extra         TEXT,
    sent_at_ms    BIGINT NOT NULL,
    edited_at_ms  BIGINT,
    deleted_at_ms BIGINT,
    UNIQUE (chat, platform_key)
);
CREATE INDEX message_author ON message (author, sent_at_ms) WHERE author IS NOT NULL;

CREATE TABLE event_taken (
    account     TEXT   NOT NULL,
    event_key   TEXT   NOT NULL,
    taken_at_ms BIGINT NOT NULL,
    PRIMARY KEY (account, event_key)
);

-- Events that no feature could digest, kept for a look.
CREATE TABLE event_failed (
    id           TEXT   NOT NULL PRIMARY KEY,
    account      TEXT   NOT NULL,
    event_key    TEXT   NOT NULL,
    event        TEXT   NOT NULL,
    error        TEXT   NOT NULL,
    failed_at_ms BIGINT NOT NULL
);

-- Running numbers that people type: cases, tickets, announcements, activities.
CREATE TABLE counter (
    name  TEXT   NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
