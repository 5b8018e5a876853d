INSERT INTO sanction (id, case_no, kind, chat, chat_user, until_ms, state, error, attempts, requested_at_ms, active_at_ms, ended_at_ms, purge_ms)
  SELECT '01SANCTIONPURGE', case_no, 'ban', chat, chat_user, NULL, 'active', NULL, 0, 1795000000400, 1795000000500, NULL, 86400000
  FROM sanction ORDER BY id LIMIT 1;
