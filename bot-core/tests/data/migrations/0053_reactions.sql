INSERT INTO reaction (push, recipient, message, chat_user, emoji, stands, at_ms)
    SELECT 'A-1', 'P1', '31', u.id, '👍', TRUE, 1795248000000 FROM chat_user u ORDER BY u.id LIMIT 1;
INSERT INTO reaction (push, recipient, message, chat_user, emoji, stands, at_ms)
    SELECT 'A-1', 'P1', '32', u.id, 'custom:53', FALSE, 1795248000000 FROM chat_user u ORDER BY u.id LIMIT 1;
