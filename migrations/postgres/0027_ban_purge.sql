-- Bans that also take away what the person wrote.

-- That of the last so many milliseconds before the ban was asked for; 0 leaves all of it.
ALTER TABLE sanction ADD COLUMN purge_ms BIGINT NOT NULL DEFAULT 0;
