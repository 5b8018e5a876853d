INSERT INTO lockdown (chat, state, until_ms, by_staff, reason, error, at_ms) VALUES
  ('C1', 'locked', 1795003600000, 'S1', '刷屏', NULL, 1795000000000);
