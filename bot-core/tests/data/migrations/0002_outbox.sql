INSERT INTO outbox (id, account, chat, lane, place, action, origin, state, not_before_ms, expires_at_ms, attempts, calls_done, delivered, error_kind, error, created_at_ms, settled_at_ms) VALUES
  ('O1', 'sandbox', 'C1', 1, '{"chat":"C1","thread":null}', '{"send":{"text":{"text":"hello"}}}', NULL, 'sent', 0, NULL, 1, 1, '[{"message":"2"}]', NULL, NULL, 1795000000000, 1795000000500),
  ('O2', 'sandbox', 'C1', 1, '{"chat":"C1","thread":null}', '{"send":{"text":{"text":"waits"}}}', NULL, 'queued', 0, NULL, 0, 0, NULL, NULL, NULL, 1795000000600, NULL),
  ('O3', 'sandbox', 'C3', 2, '{"chat":"C3","thread":null}', '{"send":{"text":{"text":"who knows"}}}', NULL, 'unknown', 0, NULL, 1, 0, '[]', 'unknown', 'no answer', 1795000000700, 1795000001000);
