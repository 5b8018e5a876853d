-- Forms of the console are done once as writes of the API are: `token` is a token of the API, or `staff:` and the id of who
-- posts a form.
ALTER TABLE idempotency DROP CONSTRAINT idempotency_token_fkey;
