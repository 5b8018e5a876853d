INSERT INTO staff_second_factor (staff, secret, confirmed_at_ms, last_step) VALUES ('S1', 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', 1795000000000, 59833333);
INSERT INTO staff_recovery_code (digest, staff, used_at_ms) VALUES ('rd1', 'S1', NULL), ('rd2', 'S1', 1795000000000);
INSERT INTO sign_in_half (digest, staff, way, expires_at_ms) VALUES ('hd1', 'S1', 'password', 1795000300000);
