-- Actions on their way to platforms.

CREATE TABLE outbox (
    id            TEXT   NOT NULL PRIMARY KEY,
    account       TEXT   NOT NULL,
    chat          TEXT   NOT NULL,
    lane          BIGINT NOT NULL,
    -- Place, action and origin as JSON.
    place         TEXT   NOT NULL,
    action        TEXT   NOT NULL,
    origin        TEXT,
    -- queued, leased, sent, rejected or unknown
    state         TEXT   NOT NULL,
    not_before_ms BIGINT NOT NULL,
    expires_at_ms BIGINT,
    attempts      BIGINT NOT NULL,
    -- How many calls of the plan were confirmed, and what they made (JSON).
    calls_done    BIGINT NOT NULL,
    delivered     TEXT,
    error_kind    TEXT,
    error         TEXT,
    created_at_ms BIGINT NOT NULL,
    settled_at_ms BIGINT
);
CREATE INDEX outbox_open ON outbox (account, lane, chat, id) WHERE state IN ('queued', 'leased');
CREATE INDEX outbox_unknown ON outbox (id) WHERE state = 'unknown';
