INSERT INTO choice (chat, message, thread, buttons, said_at_ms, expires_at_ms) VALUES
  ('C1', '-1234', NULL, '[{"label":"没有解决","does":{"press":"HANDLE"}}]', 1795000000000, 1795604800000);
