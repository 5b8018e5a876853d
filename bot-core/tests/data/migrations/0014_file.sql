INSERT INTO file (digest, size_bytes, media_type, name, created_at_ms, used_at_ms) VALUES
    ('5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03', 6, 'image/png', '截图.png', 1763712000000, 1763712000000),
    ('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 0, 'application/octet-stream', 'bill.pdf', 1763712000000, 1763798400000);
INSERT INTO file_copy (account, digest, kind, platform_key) VALUES
    ('sandbox', '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03', 'picture', 'f1'),
    ('telegram', '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03', 'picture', 'photo:AgACAgQAAx');
INSERT INTO file_use (digest, feature, use_key) VALUES
    ('5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03', 'ticket', '1');
