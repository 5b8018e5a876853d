INSERT INTO webhook (id, url, description, staff, secret, secret_old, secret_old_until_ms, state, failing_since_ms, created_at_ms)
  VALUES ('WH1', 'https://hooks.example/guildhall', 'the shop system', 'S1', 'whsec_plJ3nmyCDGBKInavdOK15jsl', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 1795086400000, 'on', NULL, 1795000000000);
INSERT INTO webhook_type (webhook, type) VALUES ('WH1', 'ticket.opened'), ('WH1', 'ticket.closed');
INSERT INTO webhook_event (id, type, object, detail, at_ms) VALUES ('WE1', 'ticket.opened', 'T-1', '{}', 1795000000000);
INSERT INTO webhook_delivery (id, webhook, event, state, attempts, try_at_ms, body, tried_at_ms, took_ms, status, answer, error, made_at_ms)
  VALUES ('WD1', 'WH1', 'WE1', 'open', 1, 1795000005000, '{"id":"WE1"}', 1795000000100, 40, 500, 'not now', NULL, 1795000000000);
