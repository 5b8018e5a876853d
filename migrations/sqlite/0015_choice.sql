-- Numbered choices under messages, on platforms without buttons: which number means which button.

CREATE TABLE choice (
    chat          TEXT   NOT NULL REFERENCES chat (id),
    -- The platform's key of the message that shows the numbers.
    message       TEXT   NOT NULL,
    thread        TEXT,
    -- The buttons in the order of their numbers, as JSON.
    buttons       TEXT   NOT NULL,
    said_at_ms    BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    PRIMARY KEY (chat, message)
);
CREATE INDEX choice_chat ON choice (chat, said_at_ms);
CREATE INDEX choice_expiry ON choice (expires_at_ms);
