INSERT INTO composer (no, version, typed) VALUES (1, 1, '{"audience":"group Nowhere"}');
