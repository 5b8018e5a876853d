-- Passwords of staff, where a session was begun, and when somebody and something was last seen. docs/console.md says how one comes in.

CREATE TABLE staff_password (
    staff     TEXT   NOT NULL PRIMARY KEY REFERENCES staff (id),
    -- Argon2id as a PHC string: parameters, salt and hash.
    hash      TEXT   NOT NULL,
    set_at_ms BIGINT NOT NULL
);

-- When somebody was last seen in the console: it outlives their sessions.
CREATE TABLE staff_seen (
    staff TEXT   NOT NULL PRIMARY KEY REFERENCES staff (id),
    at_ms BIGINT NOT NULL
);

-- The address it was begun from and what the browser called itself; unknown of sessions from before.
ALTER TABLE console_session ADD COLUMN address TEXT;
ALTER TABLE console_session ADD COLUMN browser TEXT;

ALTER TABLE api_token ADD COLUMN used_at_ms BIGINT;
CREATE INDEX api_token_staff ON api_token (staff);
