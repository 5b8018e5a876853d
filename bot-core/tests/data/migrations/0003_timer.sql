INSERT INTO timer (id, feature, kind, timer_key, due_at_ms, try_at_ms, attempts, error) VALUES
  ('T1', 'housekeeping', 'sweep', 'all', 1795900000000, 1795900000000, 0, NULL),
  ('T2', 'moderation', 'lift', 'S1', 1795900000000, 1795900060000, 1, 'the database went away');
