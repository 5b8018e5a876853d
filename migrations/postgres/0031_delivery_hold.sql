-- A push can be held back, and what goes to many may want a second pair of eyes.

-- Nothing of these pushes that waits in the outbox goes out.
CREATE TABLE delivery_hold (
    push     TEXT   NOT NULL PRIMARY KEY,
    -- What becomes of the copies that waited: planned (it goes on some time) or cancelled.
    becomes  TEXT   NOT NULL,
    since_ms BIGINT NOT NULL
);

-- Who else wrote in it (ids as JSON), who approved what, and another text that somebody proposes for what has gone out,
-- both as JSON.
ALTER TABLE announcement ADD COLUMN writers TEXT NOT NULL DEFAULT '[]';
ALTER TABLE announcement ADD COLUMN approval TEXT;
ALTER TABLE announcement ADD COLUMN proposal TEXT;
