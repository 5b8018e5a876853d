INSERT INTO audit (id, at_ms, staff, act, object, detail) VALUES ('A2', 1795000009000, NULL, 'group.set', 'C1', '"上架" → staff');
