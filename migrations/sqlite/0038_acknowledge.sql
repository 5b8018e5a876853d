-- An announcement may ask its readers to say that they have read it.

ALTER TABLE announcement ADD COLUMN ack BOOLEAN NOT NULL DEFAULT FALSE;
-- The handle of the button under every copy, once it is being sent.
ALTER TABLE announcement ADD COLUMN ack_handle TEXT;

-- Who said so: each person once, whichever copy they pressed under.
CREATE TABLE acknowledgement (
    push      TEXT   NOT NULL,
    person    TEXT   NOT NULL REFERENCES person (id),
    chat_user TEXT   NOT NULL REFERENCES chat_user (id),
    -- What they were called, and where they pressed.
    name      TEXT   NOT NULL,
    chat      TEXT   NOT NULL REFERENCES chat (id),
    at_ms     BIGINT NOT NULL,
    PRIMARY KEY (push, person)
);
CREATE INDEX acknowledgement_chat ON acknowledgement (push, chat);
