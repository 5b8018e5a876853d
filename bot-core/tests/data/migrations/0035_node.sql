INSERT INTO node (id, name, started_at_ms, beat, beat_at_ms) VALUES ('N1', 'hall-a', 1, 7, 14);
INSERT INTO account_lease (account, node, fence, since_ms) VALUES ('telegram', 'N1', 3, 2), ('discord', NULL, 1, 1);
