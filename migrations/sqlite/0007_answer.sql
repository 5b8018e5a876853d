-- Articles, the answers given from them, and the questions that no article answers.

CREATE TABLE article (
    slug          TEXT   NOT NULL PRIMARY KEY,
    -- A JSON array of words.
    tags          TEXT   NOT NULL,
    state         TEXT   NOT NULL,
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL
);

CREATE TABLE article_text (
    article   TEXT NOT NULL REFERENCES article (slug),
    lang      TEXT NOT NULL,
    title     TEXT NOT NULL,
    -- Phrasings of the questions that it answers, a JSON array.
    questions TEXT NOT NULL,
    body      TEXT NOT NULL,
    PRIMARY KEY (article, lang)
);

-- Rises with every change of an article, so that every node knows when its index is old.
CREATE TABLE article_revision (
    only_row BIGINT NOT NULL PRIMARY KEY CHECK (only_row = 1),
    revision BIGINT NOT NULL
);
INSERT INTO article_revision (only_row, revision) VALUES (1, 0);

CREATE TABLE answer_given (
    id            TEXT   NOT NULL PRIMARY KEY,
    -- No reference: what was answered stays known when the article is removed.
    article       TEXT   NOT NULL,
    lang          TEXT   NOT NULL,
    chat          TEXT   NOT NULL,
    -- Who asked; NULL when the question came from no user.
    asker         TEXT,
    -- The message that asked.
    question      TEXT   NOT NULL,
    -- The staff member who posted it by hand.
    by_staff      TEXT,
    -- The earlier answer that this one only points at.
    points_at     TEXT,
    confidence    BIGINT NOT NULL,
    -- What was sent, as JSON, without its buttons.
    content       TEXT   NOT NULL,
    outbox        TEXT   NOT NULL,
    state         TEXT   NOT NULL,
    given_at_ms   BIGINT NOT NULL,
    settled_at_ms BIGINT
);
CREATE INDEX answer_given_chat ON answer_given (chat, given_at_ms);
CREATE INDEX answer_given_article ON answer_given (article, given_at_ms);

-- One question, however it was put.
CREATE TABLE gap (
    id          TEXT   NOT NULL PRIMARY KEY,
    -- Its words as the matcher sees them, sorted.
    form        TEXT   NOT NULL UNIQUE,
    -- As it was put last.
    sample      TEXT   NOT NULL,
    asked       BIGINT NOT NULL,
    -- The article that came nearest, and how near, in thousandths.
    best        TEXT,
    confidence  BIGINT NOT NULL,
    state       TEXT   NOT NULL,
    first_at_ms BIGINT NOT NULL,
    last_at_ms  BIGINT NOT NULL
);
CREATE INDEX gap_asked ON gap (state, asked);

CREATE TABLE gap_ask (
    id          TEXT   NOT NULL PRIMARY KEY,
    gap         TEXT   NOT NULL REFERENCES gap (id),
    chat        TEXT   NOT NULL,
    message     TEXT   NOT NULL,
    author      TEXT,
    asked_at_ms BIGINT NOT NULL,
    UNIQUE (chat, message)
);
CREATE INDEX gap_ask_gap ON gap_ask (gap);
