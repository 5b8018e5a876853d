INSERT INTO outbox (id, account, chat, lane, place, action, origin, state, not_before_ms, expires_at_ms, attempts, calls_done, delivered, error_kind, error, created_at_ms, settled_at_ms, turn) VALUES
  ('OT1', 'sandbox', 'C3', 2, '{"chat":"C3","thread":null}', '{"send":{"text":{"text":"an announcement"}}}', NULL, 'queued', 0, NULL, 0, 0, NULL, NULL, NULL, 1795000004000, NULL, 7);
INSERT INTO delivery_turn (account, push, turn) VALUES ('sandbox', 'A-1', 7);
