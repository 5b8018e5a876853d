-- Buttons and forms that wait for somebody.

CREATE TABLE button (
    handle        TEXT   NOT NULL PRIMARY KEY,
    feature       TEXT   NOT NULL,
    verb          TEXT   NOT NULL,
    payload       TEXT   NOT NULL,
    -- NULL when anybody may press it.
    for_user      TEXT,
    expires_at_ms BIGINT
);
CREATE INDEX button_expires ON button (expires_at_ms);

CREATE TABLE form (
    handle        TEXT    NOT NULL PRIMARY KEY,
    feature       TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    payload       TEXT    NOT NULL,
    chat          TEXT    NOT NULL,
    thread        TEXT,
    chat_user     TEXT    NOT NULL,
    -- The questions and the answers so far, as JSON.
    questions     TEXT    NOT NULL,
    answers       TEXT    NOT NULL,
    -- Whether it is asked question by question, in messages.
    guided        BOOLEAN NOT NULL,
    step          BIGINT  NOT NULL,
    expires_at_ms BIGINT  NOT NULL
);
CREATE UNIQUE INDEX form_guided ON form (chat, chat_user) WHERE guided;
CREATE INDEX form_expires ON form (expires_at_ms);
