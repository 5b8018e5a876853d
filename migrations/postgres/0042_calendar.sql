-- Who subscribes to the calendar from a program of their own: one address each, of which only the digest is kept.
CREATE TABLE calendar_feed (
    staff TEXT PRIMARY KEY REFERENCES staff (id),
    digest TEXT NOT NULL UNIQUE,
    -- In which language its owner reads.
    lang TEXT NOT NULL,
    made_at_ms BIGINT NOT NULL
);
