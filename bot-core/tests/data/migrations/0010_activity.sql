INSERT INTO activity (no, state, wording, audience, place, starts_at_ms, until_ms, capacity, version, join_handle, leave_handle, by_staff, created_at_ms, opened_at_ms, closed_at_ms) VALUES
  (1, 'open', '{"title_zh":"小课堂"}', '{"to":"groups"}', NULL, 1795900000000, 1795900000000, 20, 1, 'JOIN23456789', 'LEAVE2345678', 'S1', 1795000003000, 1795000003100, NULL);
INSERT INTO registration (activity, person, chat_user, name, state, seq, joined_at_ms, untold, reminded) VALUES (1, 'P1', 'U1', '小林的店', 'in', 1, 1795000003500, false, 0);
