-- People who want nothing pushed to them in private, and how often somebody was pushed something.

CREATE TABLE opt_out (
    person   TEXT   NOT NULL PRIMARY KEY REFERENCES person (id),
    since_ms BIGINT NOT NULL
);

CREATE INDEX delivery_recipient ON delivery (recipient);
