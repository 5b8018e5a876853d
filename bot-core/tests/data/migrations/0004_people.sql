INSERT INTO staff (id, name, person, created_at_ms, left_at_ms) VALUES ('S1', 'Ann', 'P2', 1795000000000, NULL), ('S2', 'Left', NULL, 1795000000000, 1795000005000);
INSERT INTO staff_role (staff, role) VALUES ('S1', 'admin'), ('S1', 'support'), ('S2', 'ops');
INSERT INTO link_code (digest, staff, person, expires_at_ms) VALUES ('d1', 'S1', NULL, 1795000600000);
INSERT INTO link_guess (chat_user, at_ms) VALUES ('U1', 1795000000000);
INSERT INTO person_join (id, kept, joined, moved, by_staff, joined_at_ms, undone_at_ms) VALUES ('J1', 'P1', 'P3', '{"users":[],"contacts":[]}', 'S1', 1795000000000, 1795000001000);
INSERT INTO merchant (id, name, category, tier, created_at_ms) VALUES ('R1', '小林的店', 'apparel', 'crown', 1795000000000), ('R2', 'North Pier', 'home', 'none', 1795000000000);
INSERT INTO merchant_tag (merchant, tag) VALUES ('R1', 'vip');
INSERT INTO contact (id, merchant, person, role) VALUES ('K1', 'R1', 'P1', 'decision_maker');
INSERT INTO audit (id, at_ms, staff, act, object, detail) VALUES ('A1', 1795000000000, 'S1', 'staff.first_admin', 'S1', 'Ann');
