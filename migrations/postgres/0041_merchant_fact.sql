-- What the platform's own systems say of merchants: the ids that merchants have there, and what happened to them.
CREATE TABLE merchant_external (
    external_id TEXT NOT NULL PRIMARY KEY,
    merchant    TEXT NOT NULL UNIQUE REFERENCES merchant (id)
);

CREATE TABLE merchant_event (
    id             TEXT   NOT NULL PRIMARY KEY,
    merchant       TEXT   NOT NULL REFERENCES merchant (id),
    -- The teller's own id of it: told again, it is the same event.
    event_id       TEXT   NOT NULL,
    kind           TEXT   NOT NULL,
    at_ms          BIGINT NOT NULL,
    -- What else is told of it, as JSON.
    detail         TEXT   NOT NULL,
    received_at_ms BIGINT NOT NULL,
    UNIQUE (merchant, event_id)
);
CREATE INDEX merchant_event_of ON merchant_event (merchant, id);
