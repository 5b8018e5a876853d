-- A table of merchants finds those that are there by their names; the report finds what went out in a week.
CREATE INDEX merchant_name ON merchant (name);
CREATE INDEX announcement_started ON announcement (started_at_ms) WHERE started_at_ms IS NOT NULL;
CREATE INDEX activity_opened ON activity (opened_at_ms) WHERE opened_at_ms IS NOT NULL;
