-- What is to happen at a time.

CREATE TABLE timer (
    id        TEXT   NOT NULL PRIMARY KEY,
    feature   TEXT   NOT NULL,
    kind      TEXT   NOT NULL,
    timer_key TEXT   NOT NULL,
    -- When it is meant to fire, and when it is tried: later than meant after a failure.
    due_at_ms BIGINT NOT NULL,
    try_at_ms BIGINT NOT NULL,
    attempts  BIGINT NOT NULL,
    error     TEXT,
    UNIQUE (feature, kind, timer_key)
);
CREATE INDEX timer_try ON timer (try_at_ms);
