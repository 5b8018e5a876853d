INSERT INTO person (id, created_at_ms) VALUES ('P1', 1795000000000), ('P2', 1795000000001), ('P3', 1795000000002);
INSERT INTO chat_user (id, account, platform_key, person, name, username, lang, is_bot, created_at_ms) VALUES
  ('U1', 'sandbox', 'u.lin', 'P1', '小林的店', 'lin', 'zh', false, 1795000000000),
  ('U2', 'sandbox', 'u.ann', 'P2', 'Ann', NULL, NULL, false, 1795000000001),
  ('U3', 'sandbox', 'u.bot', 'P3', 'Another bot', 'another_bot', 'en', true, 1795000000002);
INSERT INTO chat (id, account, platform_key, kind, title, purpose, lang, peer, reach, created_at_ms) VALUES
  ('C1', 'sandbox', 'g.sellers', 'group', '新商家互助群', 'community', 'zh', NULL, 'open', 1795000000000),
  ('C2', 'sandbox', 'g.staff', 'group', 'Staff', 'staff', NULL, NULL, 'open', 1795000000000),
  ('C3', 'sandbox', 'd.lin', 'direct', '', 'community', NULL, 'U1', 'open', 1795000000000),
  ('C4', 'sandbox', NULL, 'direct', '', 'community', NULL, 'U2', 'not_started', 1795000000000);
INSERT INTO chat_member (chat, chat_user, role, joined_at_ms) VALUES ('C1', 'U1', 'member', 1795000000000), ('C2', 'U2', 'admin', 1795000000001);
INSERT INTO message (id, chat, platform_key, thread, author, text, extra, sent_at_ms, edited_at_ms, deleted_at_ms) VALUES
  ('M1', 'C1', '1', NULL, 'U1', '请问提现几天到账？', NULL, 1795000000000, NULL, NULL),
  ('M2', 'C1', '2', NULL, NULL, 'Payouts', '{"reply_to":"1"}', 1795000000500, 1795000000900, NULL),
  ('M3', 'C1', '3', NULL, 'U1', 'gone', NULL, 1795000001000, NULL, 1795000002000);
INSERT INTO event_taken (account, event_key, taken_at_ms) VALUES ('sandbox', 'e1', 1795000000000);
INSERT INTO event_failed (id, account, event_key, event, error, failed_at_ms) VALUES ('F1', 'sandbox', 'e0', '{}', 'no words', 1795000000000);
INSERT INTO counter (name, value) VALUES ('case', 1), ('ticket', 1), ('announcement', 1), ('activity', 1);
