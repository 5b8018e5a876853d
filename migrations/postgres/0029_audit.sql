-- The audit log becomes a chain: each row has its place and a hash over its content and the hash of the row before (docs/audit.md).
-- Rows of before are chained by the program, which can hash, when it has brought the tables up to date.
ALTER TABLE audit ADD COLUMN seq BIGINT;
ALTER TABLE audit ADD COLUMN hash TEXT;
CREATE UNIQUE INDEX audit_seq ON audit (seq);
CREATE INDEX audit_staff ON audit (staff, seq);

-- The end of the chain. Who appends holds this row, so that the chain cannot fork.
CREATE TABLE audit_head (
    one  BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    seq  BIGINT NOT NULL,
    hash TEXT   NOT NULL
);
INSERT INTO audit_head (one, seq, hash) VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
