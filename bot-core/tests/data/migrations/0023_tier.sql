INSERT INTO tier_group (chat, badge, nick, by_staff, told_at_ms, at_ms) VALUES
  ('C1', true, true, 'S1', NULL, 1795000000000);
INSERT INTO tier_member (chat, chat_user, badge, nick, own_name) VALUES
  ('C1', 'U1', 'Crown merchant', '云裳阁 · 林', '林');
