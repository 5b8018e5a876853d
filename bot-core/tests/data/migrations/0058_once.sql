INSERT INTO idempotency (token, idempotency_key, fingerprint, status, body, at_ms) VALUES ('staff:S1', 'f0e1', 'f0e1', 303, '/tickets/1', 1795000000000);
