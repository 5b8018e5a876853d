-- Requests to be let into groups.

CREATE TABLE join_request (
    id            TEXT   NOT NULL PRIMARY KEY,
    chat          TEXT   NOT NULL REFERENCES chat (id),
    chat_user     TEXT   NOT NULL REFERENCES chat_user (id),
    -- The platform's key of it.
    request       TEXT   NOT NULL,
    words         TEXT   NOT NULL,
    -- open, letting_in, turning_away, let_in, turned_away or gone
    state         TEXT   NOT NULL,
    -- Who decided; NULL for the program, and for an admin on the platform itself.
    by_staff      TEXT   REFERENCES staff (id),
    -- The outbox row of the card in the staff chat, and that chat.
    card          TEXT,
    card_chat     TEXT,
    at_ms         BIGINT NOT NULL,
    decided_at_ms BIGINT,
    UNIQUE (chat, chat_user, request)
);
CREATE INDEX join_request_open ON join_request (chat, id) WHERE state IN ('open', 'letting_in', 'turning_away');
