-- An announcement may expire: then what has not gone out never does, and pins and notices are taken off.
ALTER TABLE announcement ADD COLUMN expires_at_ms BIGINT;
