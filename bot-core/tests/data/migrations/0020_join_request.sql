INSERT INTO join_request (id, chat, chat_user, request, words, state, by_staff, card, card_chat, at_ms, decided_at_ms) VALUES
  ('J1', 'C1', 'U2', '1795000000', '我是做茶叶的', 'open', NULL, 'O2', 'C2', 1795000000000, NULL),
  ('J2', 'C1', 'U1', '1794000000', '', 'let_in', 'S1', NULL, NULL, 1794000000000, 1794000060000);
