INSERT INTO slow_mode (chat, every_ms, native, by_staff, told_at_ms, at_ms) VALUES
  ('C1', 30000, false, 'S1', NULL, 1795000000000);
