-- Groups in which only admins may write for a time.

CREATE TABLE lockdown (
    chat     TEXT   NOT NULL PRIMARY KEY REFERENCES chat (id),
    -- asked, locked or lifting
    state    TEXT   NOT NULL,
    until_ms BIGINT NOT NULL,
    by_staff TEXT   NOT NULL REFERENCES staff (id),
    reason   TEXT,
    -- What went wrong last, in the platform's words.
    error    TEXT,
    at_ms    BIGINT NOT NULL
);
