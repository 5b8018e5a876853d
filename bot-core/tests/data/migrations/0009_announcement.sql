INSERT INTO announcement (no, state, wording, audience, place, pin, at_ms, version, by_staff, sent_by, created_at_ms, started_at_ms, settled_at_ms) VALUES
  (1, 'sent', '{"title_en":"Fair"}', '{"to":"groups"}', NULL, true, NULL, 1, 'S1', 'S1', 1795000003000, 1795000003100, 1795000003200);
INSERT INTO delivery (push, recipient, name, account, chat_user, chat, lang, state, reason, detail, outbox, messages, version, pin, sent_at_ms) VALUES
  ('A-1', 'C1', '新商家互助群', 'sandbox', NULL, 'C1', 'zh', 'sent', NULL, NULL, 'O1', '["2"]', 1, NULL, 1795000003150);
