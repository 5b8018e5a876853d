-- Announcements go out when it is day where their recipients are.

-- The zone of a person, a chat or a merchant, where somebody said it, as an IANA name.
CREATE TABLE time_zone (
    -- person, chat or merchant
    kind TEXT NOT NULL,
    id   TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (kind, id)
);

-- The zone of a recipient when the audience was frozen; NULL where it is the hall's.
ALTER TABLE delivery ADD COLUMN zone TEXT;

-- From when on copies of a push may go out in a zone, unix milliseconds; '' is the hall's. A push without rows here waits for nobody's morning.
CREATE TABLE delivery_zone (
    push        TEXT   NOT NULL,
    zone        TEXT   NOT NULL,
    opens_at_ms BIGINT NOT NULL,
    PRIMARY KEY (push, zone)
);

-- What is said of an announcement's time besides the moment at which it begins, as JSON.
ALTER TABLE announcement ADD COLUMN timing TEXT NOT NULL DEFAULT '{}';
