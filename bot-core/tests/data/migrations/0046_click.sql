UPDATE announcement SET clicks = TRUE;
INSERT INTO click_target (push, n, url) VALUES ('A-1', 1, 'https://shop.example/fair');
INSERT INTO click_link (token, push, recipient) VALUES ('ABCDEFGHJKLMN', 'A-1', 'P1');
INSERT INTO click (push, recipient, n, clicks, first_ms, last_ms) VALUES ('A-1', 'P1', 1, 2, 1795248000000, 1795248001000);
