-- What moderators' decisions taught the learner, each training a version of its own.

CREATE TABLE learner (
    version   BIGINT NOT NULL PRIMARY KEY,
    -- in_force, retired or refused
    state     TEXT   NOT NULL,
    -- How many decisions it was trained on.
    decisions BIGINT NOT NULL,
    -- Why it was refused.
    why       TEXT,
    -- Who asked for it; NULL for the clock.
    by_staff  TEXT   REFERENCES staff (id),
    at_ms     BIGINT NOT NULL
);

-- The decisions of the version in force, so that it can be made again at a start.
CREATE TABLE learner_decision (
    version   BIGINT  NOT NULL REFERENCES learner (version),
    case_no   BIGINT  NOT NULL REFERENCES mod_case (no),
    violation BOOLEAN NOT NULL,
    by_staff  TEXT    NOT NULL,
    -- In which order it was learnt from.
    place     BIGINT  NOT NULL,
    PRIMARY KEY (version, case_no)
);
