-- Words that agents put into their answers by a short name.
CREATE TABLE macro (
    id      TEXT   NOT NULL PRIMARY KEY,
    -- What is typed after the ;
    name    TEXT   NOT NULL UNIQUE,
    -- One of the two may be empty.
    body_en TEXT   NOT NULL,
    body_zh TEXT   NOT NULL,
    version BIGINT NOT NULL
);
