-- What was answered to a write of the API, by the key that its caller gave it, so that the same write sent twice is done
-- once. Kept for a day.
CREATE TABLE idempotency (
    token           TEXT   NOT NULL REFERENCES api_token (id),
    idempotency_key TEXT   NOT NULL,
    -- Of method, address and body (SHA-256, hex): the same key with another one is refused.
    fingerprint     TEXT   NOT NULL,
    status          BIGINT NOT NULL,
    body            TEXT   NOT NULL,
    at_ms           BIGINT NOT NULL,
    PRIMARY KEY (token, idempotency_key)
);
CREATE INDEX idempotency_at ON idempotency (at_ms);
