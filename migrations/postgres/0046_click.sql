-- An announcement may count who opens its links.

ALTER TABLE announcement ADD COLUMN clicks BOOLEAN NOT NULL DEFAULT FALSE;

-- The addresses that stand in a text, numbered within its push. One that an edit took out keeps its number: old copies may stand.
CREATE TABLE click_target (
    push TEXT   NOT NULL,
    n    BIGINT NOT NULL,
    url  TEXT   NOT NULL,
    PRIMARY KEY (push, n)
);

-- What stands in one recipient's copy in their place; the recipient of a test is empty.
CREATE TABLE click_link (
    token     TEXT NOT NULL PRIMARY KEY,
    push      TEXT NOT NULL,
    recipient TEXT NOT NULL,
    UNIQUE (push, recipient)
);

-- How often an address was opened through one copy. Nothing is kept of who asked.
CREATE TABLE click (
    push      TEXT   NOT NULL,
    recipient TEXT   NOT NULL,
    n         BIGINT NOT NULL,
    clicks    BIGINT NOT NULL,
    first_ms  BIGINT NOT NULL,
    last_ms   BIGINT NOT NULL,
    PRIMARY KEY (push, recipient, n)
);
