INSERT INTO learner (version, state, decisions, why, by_staff, at_ms) VALUES
  (101, 'in_force', 1, NULL, NULL, 1795000002000);
INSERT INTO learner_decision (version, case_no, violation, by_staff, place) VALUES
  (101, 1, true, 'S1', 0);
