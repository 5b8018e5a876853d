-- Forms of the console are done once as writes of the API are: `token` is a token of the API, or `staff:` and the id of who
-- posts a form. SQLite cannot take a reference away, so the table is made anew with what stands in it.
CREATE TABLE idempotency_new (
    token           TEXT   NOT NULL,
    idempotency_key TEXT   NOT NULL,
    fingerprint     TEXT   NOT NULL,
    status          BIGINT NOT NULL,
    body            TEXT   NOT NULL,
    at_ms           BIGINT NOT NULL,
    PRIMARY KEY (token, idempotency_key)
);
INSERT INTO idempotency_new (token, idempotency_key, fingerprint, status, body, at_ms)
    SELECT token, idempotency_key, fingerprint, status, body, at_ms FROM idempotency;
DROP TABLE idempotency;
ALTER TABLE idempotency_new RENAME TO idempotency;
CREATE INDEX idempotency_at ON idempotency (at_ms);
