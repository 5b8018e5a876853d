INSERT INTO ticket (no, chat_user, direct, lang, state, owner, subject, question, origin_chat, origin_message, origin_thread, opened_by, handle, line_outbox, line_button, staff_chat, flat, threads_opened, thread_outbox, thread_key, header_outbox, solution, opened_at_ms, changed_at_ms, closed_at_ms) VALUES
  (1, 'U1', 'C3', 'zh', 'open', 'S1', '提现失败', '提现失败了', 'C1', '1', NULL, 'S1', 'HANDLE234567', NULL, false, 'C2', false, 1, NULL, 't.1', NULL, NULL, 1795000002000, 1795000002000, NULL);
INSERT INTO ticket_message (id, ticket, kind, staff, chat_user, content, copy_outbox, delivery, at_ms, edited_at_ms, deleted_at_ms) VALUES ('TM1', 1, 'asked', NULL, 'U1', '{"text":{"text":"还没到"}}', NULL, 'sent', 1795000002100, NULL, NULL);
INSERT INTO ticket_post (chat, platform_key, ticket, message, original) VALUES ('C3', '5', 1, 'TM1', true);
INSERT INTO ticket_event (id, ticket, at_ms, kind, staff, chat_user, detail) VALUES ('TE1', 1, 1795000002000, 'opened', 'S1', NULL, NULL);
INSERT INTO ticket_offer (chat_user, offered_at_ms) VALUES ('U2', 1795000002000);
INSERT INTO ticket_agent (staff, public_name) VALUES ('S1', '客服安安');
