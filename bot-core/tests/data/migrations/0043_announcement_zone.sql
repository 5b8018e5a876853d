INSERT INTO time_zone (kind, id, name) VALUES ('chat', 'C1', 'Asia/Tokyo');
INSERT INTO delivery_zone (push, zone, opens_at_ms) VALUES ('A-1', '', 1795248000000);
UPDATE delivery SET zone = 'Asia/Tokyo' WHERE push = 'A-1';
UPDATE announcement SET timing = '{"local":"2026-11-24T09:00"}' WHERE no = 1;
