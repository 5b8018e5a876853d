-- Who was greeted in private: a person who comes back is not greeted like a stranger.

CREATE TABLE help_greeted (
    chat_user TEXT   NOT NULL PRIMARY KEY REFERENCES chat_user (id),
    at_ms     BIGINT NOT NULL
);
