INSERT INTO announcement_series (template, state, rule, next_ms, sent, lives_ms, hash, by_staff)
    SELECT no, 'going', '{"kind":"cron","line":"0 9 * * 1","from":"2026-11-21T16:00"}', 1795395600000, 1, 86400000, 'ab', by_staff FROM announcement WHERE no = 1;
UPDATE announcement SET series = 1 WHERE no = 2;
