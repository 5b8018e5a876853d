-- Erasing merchants and people, and how far what is too old has been taken away.

-- What was asked to be erased. The row stays: who asked, when, and that it is done.
CREATE TABLE erasure (
    id          TEXT   NOT NULL PRIMARY KEY,
    -- The merchant; NULL where a person alone was asked for.
    merchant    TEXT,
    -- Which part of the work is under way, and behind which row it goes on.
    stage       BIGINT NOT NULL,
    walked      TEXT   NOT NULL,
    -- The names, handles and keys that are looked for in what others were told, as JSON; none once it was looked for.
    marks       TEXT   NOT NULL,
    by_staff    TEXT   NOT NULL REFERENCES staff (id),
    asked_at_ms BIGINT NOT NULL,
    done_at_ms  BIGINT
);
CREATE INDEX erasure_open ON erasure (id) WHERE done_at_ms IS NULL;
-- Whom it makes nobody.
CREATE TABLE erasure_person (
    erasure TEXT NOT NULL REFERENCES erasure (id),
    person  TEXT NOT NULL REFERENCES person (id),
    PRIMARY KEY (erasure, person)
);
-- Behind which row the texts of a kind are still there; those before it are gone.
CREATE TABLE retention (
    kind   TEXT NOT NULL PRIMARY KEY,
    walked TEXT NOT NULL
);
