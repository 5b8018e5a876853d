UPDATE announcement SET expires_at_ms = 1795334400000 WHERE no = 1;
