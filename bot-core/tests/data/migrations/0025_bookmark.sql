INSERT INTO bookmark (account, stream, words, at_ms) VALUES
  ('discord', 'shard 0 of 1', '{"session":"4f1c","url":"wss://gateway.example","seq":42}', 1795000000300);
