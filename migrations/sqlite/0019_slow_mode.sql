-- Groups in which each member may write once in a while.

CREATE TABLE slow_mode (
    chat      TEXT   NOT NULL PRIMARY KEY REFERENCES chat (id),
    every_ms  BIGINT NOT NULL,
    -- Whether the platform itself holds people back; otherwise the bot deletes what comes too soon.
    native    BOOLEAN NOT NULL,
    by_staff  TEXT   NOT NULL REFERENCES staff (id),
    -- When the group was last told why a message went.
    told_at_ms BIGINT,
    at_ms     BIGINT NOT NULL
);
