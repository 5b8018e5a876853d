INSERT INTO mod_case (no, chat, chat_user, by_staff, state, points, rule, policy_version, explanation, message_key, thread, message_text, reason, removal, notice, at_ms, decided_by, decided_at_ms) VALUES
  (1, 'C1', 'U1', NULL, 'open', 2, 'fraud.easy-money', 1, NULL, '3', NULL, 'gone', NULL, 'done', 'private', 1795000001000, NULL, NULL);
INSERT INTO sanction (id, case_no, kind, chat, chat_user, until_ms, state, error, attempts, requested_at_ms, active_at_ms, ended_at_ms) VALUES
  ('S1', 1, 'mute', 'C1', 'U1', 1795900000000, 'active', NULL, 1, 1795000001000, 1795000001100, NULL);
