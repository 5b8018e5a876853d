-- Parts of messages whose parts come one by one, until no more come.

CREATE TABLE album_part (
    account   TEXT   NOT NULL,
    chat_key  TEXT   NOT NULL,
    album     TEXT   NOT NULL,
    event_key TEXT   NOT NULL,
    -- The event as JSON.
    event     TEXT   NOT NULL,
    at_ms     BIGINT NOT NULL,
    PRIMARY KEY (account, chat_key, album, event_key)
);
