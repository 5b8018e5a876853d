INSERT INTO idempotency (token, idempotency_key, fingerprint, status, body, at_ms) VALUES ('AT1', '8e03978e-40d5-43dd-bc93-6894a57f9324', 'fp1', 200, '{"no":"T-1"}', 1795000000000);
