-- Activities and who signed up.

CREATE TABLE activity (
    no              BIGINT NOT NULL PRIMARY KEY,
    -- draft, open, closed or cancelled
    state           TEXT   NOT NULL,
    -- Titles and bodies, the audience and the place for news of it, as JSON.
    wording         TEXT   NOT NULL,
    audience        TEXT,
    place           TEXT,
    starts_at_ms    BIGINT,
    -- Sign-up ends here; the start at the latest.
    until_ms        BIGINT,
    -- 0 for any number.
    capacity        BIGINT NOT NULL,
    -- Rises with each change, so that an old preview publishes nothing else than it shows.
    version         BIGINT NOT NULL,
    -- The handles of the buttons under every pushed copy.
    join_handle     TEXT,
    leave_handle    TEXT,
    by_staff        TEXT   NOT NULL REFERENCES staff (id),
    created_at_ms   BIGINT NOT NULL,
    opened_at_ms    BIGINT,
    closed_at_ms    BIGINT
);
CREATE INDEX activity_state ON activity (state, no);

-- One row for each person and activity, whichever identity they use.
CREATE TABLE registration (
    activity     BIGINT NOT NULL REFERENCES activity (no),
    person       TEXT   NOT NULL REFERENCES person (id),
    -- The identity through which they signed up, and its name.
    chat_user    TEXT   NOT NULL REFERENCES chat_user (id),
    name         TEXT   NOT NULL,
    -- in, waiting or left
    state        TEXT   NOT NULL,
    -- The order of signing up; new for who left and came again.
    seq          BIGINT NOT NULL,
    joined_at_ms BIGINT NOT NULL,
    -- Set while there is news that they could not be told in private.
    untold       BOOLEAN NOT NULL,
    -- How many reminders went out to them.
    reminded     BIGINT NOT NULL,
    PRIMARY KEY (activity, person)
);
CREATE INDEX registration_seq ON registration (activity, state, seq);
CREATE INDEX registration_person ON registration (person);
