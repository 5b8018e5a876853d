-- A lane with a hundred thousand waiting rows is read from its front, and the next row that is due is found at once.

CREATE INDEX outbox_ready ON outbox (account, lane, id) WHERE state = 'queued';
CREATE INDEX outbox_due ON outbox (account, lane, not_before_ms) WHERE state = 'queued';
