UPDATE announcement SET variants = '{"others":[{"body_en":"Last day to sign up"}],"rule":{"share":20,"measure":"receipts","wait_ms":14400000},"decides_at_ms":1795262400000}' WHERE no = 1;
UPDATE delivery SET variant = 1 WHERE push = 'A-1';
INSERT INTO delivery_zone (push, zone, tested, opens_at_ms) VALUES ('A-1', '', TRUE, 0);
