-- The second factor of staff: codes by time (RFC 6238), recovery codes, and sign-ins that wait for a code.

CREATE TABLE staff_second_factor (
    staff           TEXT   NOT NULL PRIMARY KEY REFERENCES staff (id),
    -- Base32. The program has to reckon codes with it, so it cannot be a digest.
    secret          TEXT   NOT NULL,
    -- NULL while it is being set up: nothing is asked for yet.
    confirmed_at_ms BIGINT,
    -- The last step of 30 seconds whose code was used; it and all before it are used up.
    last_step       BIGINT NOT NULL
);

CREATE TABLE staff_recovery_code (
    digest     TEXT   NOT NULL PRIMARY KEY,
    staff      TEXT   NOT NULL REFERENCES staff (id),
    used_at_ms BIGINT
);
CREATE INDEX staff_recovery_code_staff ON staff_recovery_code (staff);

-- Somebody showed a link or a password, and has yet to show a code.
CREATE TABLE sign_in_half (
    digest        TEXT   NOT NULL PRIMARY KEY,
    staff         TEXT   NOT NULL REFERENCES staff (id),
    -- "link" or "password".
    way           TEXT   NOT NULL,
    expires_at_ms BIGINT NOT NULL
);
CREATE INDEX sign_in_half_staff ON sign_in_half (staff);
