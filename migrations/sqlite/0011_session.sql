-- Who is signed in to the console, links to sign in with, and tokens of the JSON API. Digests only, never the secrets.

CREATE TABLE console_session (
    -- Of the part of the cookie that stays the same.
    digest        TEXT   NOT NULL PRIMARY KEY,
    staff         TEXT   NOT NULL REFERENCES staff (id),
    -- Of the part that is renewed now and then, and of the one before until the new one is known to have arrived.
    turn          TEXT   NOT NULL,
    turn_before   TEXT,
    turned_at_ms  BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    seen_at_ms    BIGINT NOT NULL
);
CREATE INDEX console_session_staff ON console_session (staff);

CREATE TABLE sign_in_link (
    digest        TEXT   NOT NULL PRIMARY KEY,
    staff         TEXT   NOT NULL REFERENCES staff (id),
    expires_at_ms BIGINT NOT NULL
);

CREATE TABLE api_token (
    -- The part of the token that is not secret.
    id            TEXT   NOT NULL PRIMARY KEY,
    digest        TEXT   NOT NULL,
    staff         TEXT   NOT NULL REFERENCES staff (id),
    name          TEXT   NOT NULL,
    -- What it may do, as JSON; never more than its owner may.
    permissions   TEXT   NOT NULL,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT,
    revoked_at_ms BIGINT
);
