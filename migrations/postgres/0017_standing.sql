-- How something stood before the bot changed it, in its adapter's words, until it is brought back.

CREATE TABLE standing (
    chat       TEXT   NOT NULL REFERENCES chat (id),
    -- The member's key on the platform; empty for the chat itself.
    member     TEXT   NOT NULL,
    before     TEXT   NOT NULL,
    -- The action that was about to change it.
    outbox     TEXT   NOT NULL,
    at_ms      BIGINT NOT NULL,
    PRIMARY KEY (chat, member)
);
