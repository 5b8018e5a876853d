-- Programs that serve this database side by side; each raises its own beat for as long as it lives.
CREATE TABLE node (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    started_at_ms BIGINT NOT NULL,
    beat BIGINT NOT NULL,
    -- By the node's own clock and for people only: nobody reckons with it, for the clocks of two machines differ.
    beat_at_ms BIGINT NOT NULL
);
-- Which of them calls the platform for an account. The fence rises with each holder, so that a former one is known.
CREATE TABLE account_lease (
    account TEXT PRIMARY KEY,
    -- NULL when its holder let go; one that is no node any more is gone.
    node TEXT,
    fence BIGINT NOT NULL,
    since_ms BIGINT NOT NULL
);
