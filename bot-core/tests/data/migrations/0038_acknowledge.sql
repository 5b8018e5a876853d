UPDATE announcement SET ack = TRUE, ack_handle = 'h-got-it';
INSERT INTO acknowledgement (push, person, chat_user, name, chat, at_ms)
    SELECT 'A-1', u.person, u.id, u.name, c.id, 1795248000000 FROM chat_user u CROSS JOIN chat c ORDER BY u.id, c.id LIMIT 1;
