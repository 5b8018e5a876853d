INSERT INTO outbox (id, account, chat, lane, place, action, origin, state, not_before_ms, expires_at_ms, attempts, calls_done, delivered, error_kind, error, created_at_ms, settled_at_ms) VALUES
  ('O8', 'sandbox', 'C3', 2, '{"chat":"C3","thread":null}', '{"send":{"text":{"text":"an announcement"}}}', NULL, 'queued', 1795000009000, NULL, 0, 0, NULL, NULL, NULL, 1795000002000, NULL),
  ('O9', 'sandbox', 'C1', 0, '{"chat":"C1","thread":null}', '"lock"', NULL, 'leased', 0, NULL, 1, 0, NULL, NULL, NULL, 1795000003000, NULL);
