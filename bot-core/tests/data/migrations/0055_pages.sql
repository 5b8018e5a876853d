-- Indexes alone: the rows of 0001, 0004 and 0050 fill them.
-- A ticket that was answered before it was kept when: 0056 finds it.
INSERT INTO ticket_message (id, ticket, kind, staff, chat_user, content, copy_outbox, delivery, at_ms, edited_at_ms, deleted_at_ms) VALUES
  ('TM2', 1, 'staff', 'S1', NULL, '{"text":{"text":"已重新发送"}}', NULL, 'sent', 1795000005200, NULL, NULL),
  ('TM3', 1, 'staff', 'S1', NULL, '{"text":{"text":"还有问题吗？"}}', NULL, 'sent', 1795000009200, NULL, NULL);
