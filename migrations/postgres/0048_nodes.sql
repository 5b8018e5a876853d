-- What people and other nodes are told of a node.
ALTER TABLE node ADD COLUMN version TEXT NOT NULL DEFAULT '';
ALTER TABLE node ADD COLUMN address TEXT NOT NULL DEFAULT '';
-- Which process it is, so that one of the same name on the same machine can see that it is gone; empty when it cannot be known.
ALTER TABLE node ADD COLUMN process TEXT NOT NULL DEFAULT '';
-- What a platform posted to a node that stands by, in the platform's own words, until the node that holds the account takes it.
CREATE TABLE posted (
    account TEXT NOT NULL,
    key TEXT NOT NULL,
    -- The platform's own order.
    turn BIGINT NOT NULL,
    body TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (account, key)
);
CREATE INDEX posted_turn ON posted (account, turn);
