-- Addresses outside that are told what happens here, what happened, and what became of each message to them.
CREATE TABLE webhook (
    id               TEXT   NOT NULL PRIMARY KEY,
    url              TEXT   NOT NULL,
    description      TEXT   NOT NULL,
    -- Who made or last changed it: it is told what they may see, and nothing else.
    staff            TEXT   NOT NULL,
    -- What messages are signed with, `whsec_` and base64; the one before it still signs until its time is up.
    secret           TEXT   NOT NULL,
    secret_old       TEXT,
    secret_old_until_ms BIGINT,
    -- on, off (by staff), gone (it answered 410), failing (given up after days without success).
    state            TEXT   NOT NULL,
    -- Since when nothing has come through.
    failing_since_ms BIGINT,
    created_at_ms    BIGINT NOT NULL
);

-- What each wants to hear of. A table of its own, and read with every event: it changes only when somebody changes it.
CREATE TABLE webhook_type (
    webhook TEXT NOT NULL REFERENCES webhook (id),
    type    TEXT NOT NULL,
    PRIMARY KEY (webhook, type)
);

CREATE TABLE webhook_event (
    id     TEXT   NOT NULL PRIMARY KEY,
    type   TEXT   NOT NULL,
    -- What it happened to: T-12, C-7, a person.
    object TEXT   NOT NULL,
    -- What else is known of it, as JSON.
    detail TEXT   NOT NULL,
    at_ms  BIGINT NOT NULL
);
CREATE INDEX webhook_event_at ON webhook_event (at_ms);

CREATE TABLE webhook_delivery (
    id         TEXT   NOT NULL PRIMARY KEY,
    webhook    TEXT   NOT NULL REFERENCES webhook (id),
    event      TEXT   NOT NULL REFERENCES webhook_event (id),
    -- open, calling, sent, failed, withheld.
    state      TEXT   NOT NULL,
    attempts   BIGINT NOT NULL,
    -- When it is tried next; while it is being called, when that call counts as lost.
    try_at_ms  BIGINT NOT NULL,
    -- What is sent, the same each time.
    body       TEXT,
    -- Of the last try: when, for how long, the status, the beginning of the answer, what went wrong on the way.
    tried_at_ms BIGINT,
    took_ms    BIGINT,
    status     BIGINT,
    answer     TEXT,
    error      TEXT,
    made_at_ms BIGINT NOT NULL
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook, state, try_at_ms);
CREATE INDEX webhook_delivery_made ON webhook_delivery (made_at_ms);
CREATE INDEX webhook_delivery_event ON webhook_delivery (event);
