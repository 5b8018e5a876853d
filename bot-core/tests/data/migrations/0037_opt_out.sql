INSERT INTO opt_out (person, since_ms) SELECT id, 1795248000000 FROM person ORDER BY id LIMIT 1;
