INSERT INTO album_part (account, chat_key, album, event_key, event, at_ms) VALUES
  ('sandbox', 'g.sellers', '13500000001', '300000001', '{}', 1795000000000);
