INSERT INTO node (id, name, started_at_ms, beat, beat_at_ms, version, address, process) VALUES ('N9', 'hall-b', 1, 7, 14, '0.1.0', 'http://10.0.0.2:8080', 'b/4026531836/0/812/99');
INSERT INTO posted (account, key, turn, body, at_ms) VALUES ('telegram', '9001', 9001, '{"update_id":9001}', 14);
