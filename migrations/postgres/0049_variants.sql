-- An announcement may have variants: a part of its audience tests several texts, and the rest gets the one that does best.

-- The other texts, the rule that decides and what it decided, as JSON.
ALTER TABLE announcement ADD COLUMN variants TEXT;

-- Which of the texts a copy tests, 0 for the announcement's own; NULL where its recipient is in no test.
ALTER TABLE delivery ADD COLUMN variant BIGINT;
CREATE INDEX delivery_tested ON delivery (push, state) WHERE variant IS NOT NULL;

-- In one zone, the copies of a test and those that wait for its end are open from different times on.
CREATE TABLE delivery_zone_of (
    push        TEXT    NOT NULL,
    zone        TEXT    NOT NULL,
    tested      BOOLEAN NOT NULL DEFAULT FALSE,
    opens_at_ms BIGINT  NOT NULL,
    PRIMARY KEY (push, zone, tested)
);
INSERT INTO delivery_zone_of (push, zone, tested, opens_at_ms) SELECT push, zone, FALSE, opens_at_ms FROM delivery_zone;
DROP TABLE delivery_zone;
ALTER TABLE delivery_zone_of RENAME TO delivery_zone;
