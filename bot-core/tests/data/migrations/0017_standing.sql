INSERT INTO standing (chat, member, before, outbox, at_ms) VALUES
  ('C1', '', 'open', 'O1', 1795000000100),
  ('C1', 'u.lin', 'muted until 1795000900000', 'O2', 1795000000200);
