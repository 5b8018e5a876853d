-- Pushes that are under way together take turns in the bulk lane, instead of the older going first.
ALTER TABLE outbox ADD COLUMN turn BIGINT NOT NULL DEFAULT 0;
DROP INDEX outbox_ready;
CREATE INDEX outbox_ready ON outbox (account, lane, turn, id) WHERE state = 'queued';

-- The last turn that a push was given on an account.
CREATE TABLE delivery_turn (
    account TEXT   NOT NULL,
    push    TEXT   NOT NULL,
    turn    BIGINT NOT NULL,
    PRIMARY KEY (account, push)
);
CREATE INDEX delivery_turn_last ON delivery_turn (account, turn);
