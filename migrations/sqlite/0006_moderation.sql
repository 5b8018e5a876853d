-- Cases: what broke which rule, with its proof. Sanctions: what was done to the person for it.

CREATE TABLE mod_case (
    no             BIGINT NOT NULL PRIMARY KEY,
    -- Where it happened; NULL when staff acted from the staff chat.
    chat           TEXT   REFERENCES chat (id),
    -- The person is looked up through the user, so that joined persons have one log and parted ones two.
    chat_user      TEXT   NOT NULL REFERENCES chat_user (id),
    -- Who opened it; NULL for the bot.
    by_staff       TEXT   REFERENCES staff (id),
    -- flagged, stands, dismissed or undone
    state          TEXT   NOT NULL,
    points         BIGINT NOT NULL,
    rule           TEXT,
    policy_version BIGINT,
    -- Rules with titles, the exact characters and the step of the ladder, as JSON.
    explanation    TEXT,
    message_key    TEXT,
    thread         TEXT,
    message_text   TEXT,
    reason         TEXT,
    -- none, requested, removed or refused
    removal        TEXT   NOT NULL,
    -- none, due, private, told, group or lost
    notice         TEXT   NOT NULL,
    at_ms          BIGINT NOT NULL,
    -- Who upheld, dismissed or undid it.
    decided_by     TEXT   REFERENCES staff (id),
    decided_at_ms  BIGINT
);
CREATE INDEX mod_case_user ON mod_case (chat_user, at_ms);
CREATE INDEX mod_case_state ON mod_case (state, no);
CREATE INDEX mod_case_message ON mod_case (chat, message_key) WHERE message_key IS NOT NULL;

CREATE TABLE sanction (
    id              TEXT   NOT NULL PRIMARY KEY,
    case_no         BIGINT NOT NULL REFERENCES mod_case (no),
    -- warn, mute, kick or ban
    kind            TEXT   NOT NULL,
    chat            TEXT   NOT NULL REFERENCES chat (id),
    chat_user       TEXT   NOT NULL REFERENCES chat_user (id),
    -- The end of a mute.
    until_ms        BIGINT,
    -- requested, active, lifting, undoing, lifted, undone, rejected or unknown
    state           TEXT   NOT NULL,
    error           TEXT,
    -- How often the platform refused to lift it.
    attempts        BIGINT NOT NULL,
    requested_at_ms BIGINT NOT NULL,
    active_at_ms    BIGINT,
    ended_at_ms     BIGINT
);
CREATE INDEX sanction_case ON sanction (case_no);
CREATE INDEX sanction_open ON sanction (chat_user, chat) WHERE state IN ('requested', 'active', 'lifting', 'undoing', 'unknown');
