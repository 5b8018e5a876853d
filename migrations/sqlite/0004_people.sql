-- Staff, their roles and linked identities; merchants and their contacts; the trace of what staff did.

CREATE TABLE staff (
    id            TEXT   NOT NULL PRIMARY KEY,
    name          TEXT   NOT NULL,
    -- The human, once a chat identity is linked.
    person        TEXT   UNIQUE REFERENCES person (id),
    created_at_ms BIGINT NOT NULL,
    left_at_ms    BIGINT
);

CREATE TABLE staff_role (
    staff TEXT NOT NULL REFERENCES staff (id),
    role  TEXT NOT NULL,
    PRIMARY KEY (staff, role)
);

-- A code sent once in a private chat shows that a chat identity is this staff member or this person. Only its
-- digest is kept (SHA-256, hex).
CREATE TABLE link_code (
    digest        TEXT   NOT NULL PRIMARY KEY,
    staff         TEXT   REFERENCES staff (id),
    person        TEXT   REFERENCES person (id),
    expires_at_ms BIGINT NOT NULL
);

-- Wrong codes that somebody sent, so that nobody can try them all.
CREATE TABLE link_guess (
    chat_user TEXT   NOT NULL,
    at_ms     BIGINT NOT NULL
);
CREATE INDEX link_guess_user ON link_guess (chat_user, at_ms);

-- Which persons were joined, so that it can be undone.
CREATE TABLE person_join (
    id           TEXT   NOT NULL PRIMARY KEY,
    kept         TEXT   NOT NULL REFERENCES person (id),
    joined       TEXT   NOT NULL REFERENCES person (id),
    -- The users and contacts that moved, as JSON.
    moved        TEXT   NOT NULL,
    by_staff     TEXT   REFERENCES staff (id),
    joined_at_ms BIGINT NOT NULL,
    undone_at_ms BIGINT
);
CREATE INDEX person_join_kept ON person_join (kept) WHERE undone_at_ms IS NULL;
CREATE UNIQUE INDEX person_join_joined ON person_join (joined) WHERE undone_at_ms IS NULL;

CREATE TABLE merchant (
    id            TEXT   NOT NULL PRIMARY KEY,
    name          TEXT   NOT NULL,
    category      TEXT   NOT NULL,
    tier          TEXT   NOT NULL,
    created_at_ms BIGINT NOT NULL
);
CREATE INDEX merchant_segment ON merchant (tier, category);

CREATE TABLE merchant_tag (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    tag      TEXT NOT NULL,
    PRIMARY KEY (merchant, tag)
);
CREATE INDEX merchant_tag_tag ON merchant_tag (tag);

CREATE TABLE contact (
    id       TEXT NOT NULL PRIMARY KEY,
    merchant TEXT NOT NULL REFERENCES merchant (id),
    person   TEXT NOT NULL REFERENCES person (id),
    role     TEXT NOT NULL,
    UNIQUE (merchant, person)
);
CREATE INDEX contact_person ON contact (person);

-- Every act of staff, in the console and in chat. Append only.
CREATE TABLE audit (
    id     TEXT   NOT NULL PRIMARY KEY,
    at_ms  BIGINT NOT NULL,
    staff  TEXT   REFERENCES staff (id),
    act    TEXT   NOT NULL,
    object TEXT   NOT NULL,
    detail TEXT
);
CREATE INDEX audit_object ON audit (object, id);
