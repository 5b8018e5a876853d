INSERT INTO erasure (id, merchant, stage, walked, marks, by_staff, asked_at_ms, done_at_ms) VALUES
  ('ER1', 'R9', 3, '', '["Gone Shop"]', 'S1', 1795000000000, NULL), ('ER2', NULL, 40, '', '[]', 'S1', 1795000000000, 1795000009000);
INSERT INTO erasure_person (erasure, person) VALUES ('ER2', 'P3');
INSERT INTO retention (kind, walked) VALUES ('messages', 'M0');
