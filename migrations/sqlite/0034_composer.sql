-- What was typed into the form of a draft while some of it cannot be taken in yet, so that nothing typed is lost.
CREATE TABLE composer (
    no BIGINT PRIMARY KEY REFERENCES announcement (no),
    -- Good for this version of the draft; an older one is forgotten.
    version BIGINT NOT NULL,
    typed TEXT NOT NULL
);
