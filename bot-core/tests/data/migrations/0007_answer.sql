INSERT INTO article (slug, tags, state, created_at_ms, updated_at_ms) VALUES ('payout-times', '["payout"]', 'live', 1795000000000, 1795000000000);
INSERT INTO article_text (article, lang, title, questions, body) VALUES ('payout-times', 'zh', '提现多久到账', '["提现几天到"]', '一个工作日。'), ('payout-times', 'en', 'When a payout arrives', '["payout time"]', 'One working day.');
UPDATE article_revision SET revision = 1;
INSERT INTO answer_given (id, article, lang, chat, asker, question, by_staff, points_at, confidence, content, outbox, state, given_at_ms, settled_at_ms) VALUES ('G1', 'payout-times', 'zh', 'C1', 'U1', '1', NULL, NULL, 900, '{"text":{"text":"一个工作日。"}}', 'O1', 'shown', 1795000000500, NULL);
INSERT INTO gap (id, form, sample, asked, best, confidence, state, first_at_ms, last_at_ms) VALUES ('Q1', '店铺 过户', '店铺能过户吗', 2, NULL, 100, 'open', 1795000000000, 1795000003000);
INSERT INTO gap_ask (id, gap, chat, message, author, asked_at_ms) VALUES ('Q2', 'Q1', 'C1', '9', 'U1', 1795000003000);
