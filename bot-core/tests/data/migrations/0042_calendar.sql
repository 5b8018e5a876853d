INSERT INTO calendar_feed (staff, digest, lang, made_at_ms) VALUES ('S1', 'calendar-digest', 'zh', 1795000000000);
