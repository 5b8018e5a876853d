INSERT INTO answer_given (id, article, lang, chat, asker, question, by_staff, points_at, confidence, content, outbox, state, given_at_ms, settled_at_ms) VALUES
  ('G2', 'payout-times', 'zh', 'C1', 'U1', '7', 'S1', NULL, 1000, '{"text":{"text":"一个工作日。"}}', 'O2', 'shown', 1795000000600, NULL),
  ('G3', 'payout-times', 'zh', 'C1', 'U1', '8', NULL, NULL, 900, '{"text":{"text":"一个工作日。"}}', 'O3', 'failed', 1795000000700, 1795000000900);
INSERT INTO ticket (no, chat_user, direct, lang, state, owner, subject, question, origin_chat, origin_message, origin_thread, opened_by, handle, line_outbox, line_button, staff_chat, flat, threads_opened, thread_outbox, thread_key, header_outbox, solution, opened_at_ms, changed_at_ms, closed_at_ms) VALUES
  (2, 'U1', 'C3', 'zh', 'closed', 'S1', '发票', '', NULL, NULL, NULL, NULL, 'HANDLE345678', NULL, false, 'C2', false, 1, NULL, 't.2', NULL, '已开', 1795000002500, 1795000009000, 1795000009000);
