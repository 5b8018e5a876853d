INSERT INTO delivery_hold (push, becomes, since_ms) VALUES ('A-2', 'planned', 1795000004000);
INSERT INTO announcement (no, state, wording, audience, place, pin, at_ms, version, by_staff, sent_by, created_at_ms, started_at_ms, settled_at_ms, writers, approval) VALUES
  (2, 'paused', '{"title_en":"Fair"}', '{"to":"groups"}', NULL, true, NULL, 1, 'S1', 'S1', 1795000003000, 1795000003100, NULL, '["S1"]',
   '{"by":"S1","at_ms":1795000003050,"hash":"00","size":2}');
