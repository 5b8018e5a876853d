-- Files in our own store; their bytes stand in a folder, each under its digest.
CREATE TABLE file (
    -- SHA-256 of the bytes, in hexadecimal.
    digest        TEXT   NOT NULL PRIMARY KEY,
    size_bytes    BIGINT NOT NULL,
    -- By the content, not by what somebody said of it.
    media_type    TEXT   NOT NULL,
    -- As it was called where it was first seen.
    name          TEXT   NOT NULL,
    created_at_ms BIGINT NOT NULL,
    -- When it was last fetched or sent.
    used_at_ms    BIGINT NOT NULL
);
CREATE INDEX file_used ON file (used_at_ms);

-- The key under which an account's platform has a file, so that it is sent again without its bytes.
CREATE TABLE file_copy (
    account      TEXT NOT NULL,
    digest       TEXT NOT NULL REFERENCES file (digest) ON DELETE CASCADE,
    -- picture, video, audio or file
    kind         TEXT NOT NULL,
    platform_key TEXT NOT NULL,
    PRIMARY KEY (account, digest, kind)
);
CREATE INDEX file_copy_digest ON file_copy (digest);

-- What a file is kept for: the feature, and which of its tickets, cases or announcements. A file with a use is
-- not removed, whatever its age; the reference sees to that.
CREATE TABLE file_use (
    digest  TEXT NOT NULL REFERENCES file (digest),
    feature TEXT NOT NULL,
    use_key TEXT NOT NULL,
    PRIMARY KEY (digest, feature, use_key)
);
CREATE INDEX file_use_of ON file_use (feature, use_key);
