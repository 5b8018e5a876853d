-- An announcement may repeat: a draft is the template, and each sending is an announcement of its own.
CREATE TABLE announcement_series (
    -- The announcement that is the template.
    template BIGINT NOT NULL PRIMARY KEY REFERENCES announcement (no),
    -- set, going, paused, waiting or ended
    state    TEXT   NOT NULL,
    -- When it goes out, as JSON.
    rule     TEXT   NOT NULL,
    -- The next time, unix milliseconds; NULL while it does not go.
    next_ms  BIGINT,
    -- How often it has gone out.
    sent     BIGINT NOT NULL,
    -- How long after its time each sending expires, milliseconds; NULL for never.
    lives_ms BIGINT,
    -- The hash of what was looked at when it was started: nothing else goes out.
    hash     TEXT,
    -- Who started it, or gave the rule.
    by_staff TEXT   NOT NULL REFERENCES staff (id)
);
CREATE INDEX announcement_series_state ON announcement_series (state, template);

-- The template that an announcement was made from.
ALTER TABLE announcement ADD COLUMN series BIGINT;
CREATE INDEX announcement_of_series ON announcement (series, no);
