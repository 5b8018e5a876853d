-- What people react with to the copies of an announcement.

-- One row for each emoji of a person on a message of a copy. What was taken away keeps its row, so that news of before that comes
-- late does not bring it back.
CREATE TABLE reaction (
    push      TEXT    NOT NULL,
    recipient TEXT    NOT NULL,
    message   TEXT    NOT NULL,
    chat_user TEXT    NOT NULL REFERENCES chat_user (id),
    -- Its characters, or custom: and the platform's key of it. Empty where all that is known is when nothing stood.
    emoji     TEXT    NOT NULL,
    stands    BOOLEAN NOT NULL,
    -- When the platform told of it last.
    at_ms     BIGINT  NOT NULL,
    PRIMARY KEY (push, recipient, message, chat_user, emoji)
);
CREATE INDEX reaction_user ON reaction (chat_user);

-- A copy is found by its message: by the only one that it has, or among the few that a platform split.
CREATE INDEX delivery_message ON delivery (chat, messages) WHERE messages IS NOT NULL;
CREATE INDEX delivery_split ON delivery (chat) WHERE messages LIKE '%,%';
