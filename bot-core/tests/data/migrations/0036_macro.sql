INSERT INTO macro (id, name, body_en, body_zh, version) VALUES ('01J0MACRO', 'payout', 'Your payout is on its way.', '款项已打出。', 1);
