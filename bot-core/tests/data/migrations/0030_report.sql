INSERT INTO merchant (id, name, category, tier, created_at_ms) VALUES ('R3', 'North Pier', 'home', 'heart', 1795000000000);
