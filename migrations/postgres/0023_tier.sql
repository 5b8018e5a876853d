-- Groups that show the tiers and shops of their members, and what each member carries there by our doing.

CREATE TABLE tier_group (
    chat       TEXT    NOT NULL PRIMARY KEY REFERENCES chat (id),
    badge      BOOLEAN NOT NULL,
    nick       BOOLEAN NOT NULL,
    by_staff   TEXT    NOT NULL REFERENCES staff (id),
    -- When staff were last told that something was refused there.
    told_at_ms BIGINT,
    at_ms      BIGINT  NOT NULL
);

CREATE TABLE tier_member (
    chat      TEXT NOT NULL REFERENCES chat (id),
    chat_user TEXT NOT NULL REFERENCES chat_user (id),
    badge     TEXT,
    nick      TEXT,
    -- What they were called before the nick.
    own_name  TEXT,
    PRIMARY KEY (chat, chat_user)
);
