INSERT INTO staff_password (staff, hash, set_at_ms) VALUES ('S1', '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$nqnTDEGJVfwqLMvHbYYLk0t2kcAdPMGXzYdDyRbkWKY', 1795000000000);
INSERT INTO staff_seen (staff, at_ms) VALUES ('S1', 1795000000000);
INSERT INTO console_session (digest, staff, turn, turn_before, turned_at_ms, created_at_ms, seen_at_ms, address, browser) VALUES ('sd2', 'S1', 'turn', NULL, 1795000000000, 1795000000000, 1795000000000, '203.0.113.7', 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0');
UPDATE api_token SET used_at_ms = 1795000000000 WHERE id = 'AT1';
