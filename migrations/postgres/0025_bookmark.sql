-- Where an account stands in what its platform tells it, in its adapter's words, so that a program that starts again goes on from there.

CREATE TABLE bookmark (
    account    TEXT   NOT NULL,
    -- Which of the platform's streams: Discord has one for each shard.
    stream     TEXT   NOT NULL,
    words      TEXT   NOT NULL,
    at_ms      BIGINT NOT NULL,
    PRIMARY KEY (account, stream)
);
