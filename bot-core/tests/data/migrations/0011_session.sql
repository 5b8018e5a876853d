INSERT INTO console_session (digest, staff, turn, turn_before, turned_at_ms, created_at_ms, seen_at_ms) VALUES ('sd1', 'S1', 'turn', NULL, 1795000000000, 1795000000000, 1795000000000);
INSERT INTO sign_in_link (digest, staff, expires_at_ms) VALUES ('ld1', 'S1', 1795000900000);
INSERT INTO api_token (id, digest, staff, name, permissions, created_at_ms, expires_at_ms, revoked_at_ms) VALUES ('AT1', 'td1', 'S1', 'reports', '["read_people"]', 1795000000000, NULL, NULL);
