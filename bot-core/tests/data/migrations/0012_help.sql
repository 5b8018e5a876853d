INSERT INTO help_greeted (chat_user, at_ms) VALUES ('U1', 1795000000000);
