-- The demo's community so many times over. SERIES(40) stands for the numbers i from 0 on, 40 for each time; CONST(8) for 8
-- however many times; {now} for the time, {f} for how often. The same words on both databases.

INSERT INTO staff (id, name, created_at_ms) CONST(8) SELECT 's' || i, 'Staff ' || i, {now} - 10368000000 FROM n;
INSERT INTO staff_role (staff, role) CONST(8) SELECT 's' || i, CASE i % 4 WHEN 0 THEN 'ops' WHEN 1 THEN 'support' WHEN 2 THEN 'moderator' ELSE 'auditor' END FROM n;
INSERT INTO ticket_agent (staff, public_name) CONST(8) SELECT 's' || i, 'Agent ' || i FROM n;

INSERT INTO person (id, created_at_ms) SERIES(40) SELECT 'p' || i, {now} - 10368000000 FROM n;
INSERT INTO chat_user (id, account, platform_key, person, name, username, lang, is_bot, created_at_ms) SERIES(40)
SELECT 'u' || i, 'sandbox', 'u.' || i, 'p' || i, CASE i % 2 WHEN 0 THEN '青瓷-乔乔 ' ELSE 'Marta Lindqvist ' END || i, 'user_' || i, CASE i % 2 WHEN 0 THEN 'zh' ELSE 'en' END, FALSE, {now} - 10368000000 FROM n;
INSERT INTO chat (id, account, platform_key, kind, title, purpose, reach, created_at_ms) SERIES(4)
SELECT 'g' || i, 'sandbox', 'group-' || i, 'group', 'Sellers of street ' || i, 'community', 'open', {now} - 10368000000 FROM n;
INSERT INTO chat (id, account, platform_key, kind, title, purpose, reach, created_at_ms) CONST(1)
SELECT 'staff', 'sandbox', 'staff-room', 'group', 'Staff room', 'staff', 'open', {now} - 10368000000 FROM n;
INSERT INTO chat (id, account, platform_key, kind, title, purpose, peer, reach, created_at_ms) SERIES(40)
SELECT 'd' || i, 'sandbox', 'd.' || i, 'direct', '', 'community', 'u' || i, 'open', {now} - 10368000000 FROM n;
INSERT INTO chat_member (chat, chat_user, role, joined_at_ms) SERIES(40) SELECT 'g' || (i % (4 * {f})), 'u' || i, 'member', {now} - 10368000000 FROM n;
INSERT INTO chat_member (chat, chat_user, role, joined_at_ms) SERIES(40) SELECT 'g' || ((i + 1) % (4 * {f})), 'u' || i, 'member', {now} - 10368000000 FROM n;

INSERT INTO merchant (id, name, category, tier, created_at_ms) SERIES(40)
SELECT 'm' || i, CASE i % 2 WHEN 0 THEN '海角干货铺 ' ELSE 'Bright Lamps ' END || i, CASE i % 6 WHEN 0 THEN 'apparel' WHEN 1 THEN 'beauty' WHEN 2 THEN 'electronics' WHEN 3 THEN 'food' WHEN 4 THEN 'home' ELSE 'toys' END, CASE i % 4 WHEN 0 THEN 'none' WHEN 1 THEN 'heart' WHEN 2 THEN 'diamond' ELSE 'crown' END, {now} - 10368000000 FROM n;
INSERT INTO merchant_external (external_id, merchant) SERIES(40) SELECT 'shop-' || i, 'm' || i FROM n;
INSERT INTO contact (id, merchant, person, role) SERIES(40) SELECT 'k' || i, 'm' || i, 'p' || i, 'decision_maker' FROM n;
INSERT INTO merchant_tag (merchant, tag) SERIES(40) SELECT 'm' || i, CASE i % 3 WHEN 0 THEN 'new' WHEN 1 THEN 'vip' ELSE 'skincare' END FROM n;
INSERT INTO merchant_tag (merchant, tag) SERIES(40) SELECT 'm' || i, 'street-' || (i % 50) FROM n;
INSERT INTO merchant_event (id, merchant, event_id, kind, at_ms, detail, received_at_ms) SERIES(80)
SELECT 'me' || (100000000 + i), 'm' || (i / 2), 'e' || i, 'first_listing', {now} - 1000 * (i % 8640000), '{}', {now} - 1000 * (i % 8640000) FROM n;

INSERT INTO message (id, chat, platform_key, author, text, sent_at_ms) SERIES(1000)
SELECT 'x' || (100000000 + i), 'g' || (i % (4 * {f})), CAST(i AS TEXT), 'u' || ((i * 31) % (40 * {f})), 'Solar lights with built-in battery, normal line or the special one? 内置电池的太阳能灯走普货还是特货 ' || i, {now} - (1000 * {f} - i) * (10368000 / {f}) FROM n;

INSERT INTO ticket (no, chat_user, direct, lang, state, owner, subject, question, origin_chat, origin_message, handle, line_button, staff_chat, flat, threads_opened, thread_key, solution, opened_at_ms, changed_at_ms, closed_at_ms, answered_at_ms) SERIES(100)
SELECT i + 1, 'u' || (i % (40 * {f})), 'd' || (i % (40 * {f})), 'en', CASE WHEN i < 96 * {f} THEN 'closed' WHEN i % 4 = 0 THEN 'new' WHEN i % 4 = 1 THEN 'open' WHEN i % 4 = 2 THEN 'waiting' ELSE 'reopened' END, CASE WHEN i >= 96 * {f} AND i % 4 = 0 THEN NULL ELSE 's' || (i % 8) END, 'Customs is holding parcel ' || i, 'Customs is holding our parcels and the message only says "additional documents". Which documents?', 'g' || (i % (4 * {f})), CAST(i AS TEXT), 'h' || i, FALSE, 'staff', FALSE, 1, 't' || i, CASE WHEN i < 96 * {f} THEN 'The label export left the material out; sent again.' END, {now} - (100 * {f} - i) * (103680000 / {f}), {now} - (100 * {f} - i) * (103680000 / {f}) + 3600000, CASE WHEN i < 96 * {f} THEN {now} - (100 * {f} - i) * (103680000 / {f}) + 3600000 END, {now} - (100 * {f} - i) * (103680000 / {f}) + 60000 + (i * 7919) % 3500000 FROM n;
INSERT INTO ticket_message (id, ticket, kind, staff, chat_user, content, delivery, at_ms) SERIES(500)
SELECT 'tm' || (100000000 + i), 1 + i / 5, CASE i % 5 WHEN 0 THEN 'system' WHEN 1 THEN 'merchant' WHEN 2 THEN 'staff' WHEN 3 THEN 'note' ELSE 'staff' END, CASE WHEN i % 5 > 1 THEN 's' || ((i / 5) % 8) END, CASE WHEN i % 5 = 1 THEN 'u' || ((i / 5) % (40 * {f})) END, '{"text":{"text":"Found it: our label export left the material out. We have sent correct data again."}}', CASE i % 5 WHEN 3 THEN 'kept' ELSE 'sent' END, {now} - (100 * {f} - i / 5) * (103680000 / {f}) + (i % 5) * 600000 FROM n;
INSERT INTO ticket_event (id, ticket, at_ms, kind, staff, chat_user) SERIES(300)
SELECT 'te' || (100000000 + i), 1 + i / 3, {now} - (100 * {f} - i / 3) * (103680000 / {f}) + (i % 3) * 1200000, CASE i % 3 WHEN 0 THEN 'opened' WHEN 1 THEN 'claimed' ELSE 'reply' END, 's' || ((i / 3) % 8), NULL FROM n;
INSERT INTO ticket_event (id, ticket, at_ms, kind, staff, chat_user) SERIES(96)
SELECT 'tf' || (100000000 + i), 1 + i, {now} - (100 * {f} - i) * (103680000 / {f}) + 3600000, 'closed', 's' || (i % 8), NULL FROM n;
INSERT INTO ticket_post (chat, platform_key, ticket, message, original) SERIES(500)
SELECT 'staff', 'k' || i, 1 + i / 5, 'tm' || (100000000 + i), TRUE FROM n;

INSERT INTO mod_case (no, chat, chat_user, state, points, rule, policy_version, message_key, message_text, removal, notice, at_ms) SERIES(10)
SELECT i + 1, 'g' || (i % (4 * {f})), 'u' || ((i * 7) % (40 * {f})), CASE WHEN i % 100 = 7 THEN 'flagged' WHEN i % 10 = 1 THEN 'dismissed' WHEN i % 10 = 2 THEN 'undone' ELSE 'stands' END, 1, CASE i % 3 WHEN 0 THEN 'fraud.easy-money' WHEN 1 THEN 'ads.pair' ELSE 'abuse.insult' END, 7, CAST(i AS TEXT), 'Easy money, write to me', 'removed', 'told', {now} - (10 * {f} - i) * (1036800000 / {f}) FROM n;
INSERT INTO sanction (id, case_no, kind, chat, chat_user, until_ms, state, attempts, requested_at_ms, active_at_ms, ended_at_ms) SERIES(10)
SELECT 'sa' || (100000000 + i), i + 1, 'mute', 'g' || (i % (4 * {f})), 'u' || ((i * 7) % (40 * {f})), {now} + 600000, CASE WHEN i % 10 = 3 THEN 'active' ELSE 'lifted' END, 1, {now} - 600000, {now} - 600000, CASE WHEN i % 10 = 3 THEN NULL ELSE {now} END FROM n;

INSERT INTO announcement (no, state, wording, audience, pin, version, by_staff, sent_by, created_at_ms, started_at_ms, settled_at_ms, ack, clicks) SERIES(1)
SELECT i + 1, 'sent', '{"title_en":"Sign-up is open: New Season Fair","title_zh":"焕新市集开放报名","body_en":"Sign-up for the New Season Fair is open.","body_zh":"焕新市集开始报名啦！"}', '{"to":"people","groups":[],"categories":["apparel","home"],"tiers":["heart"],"tags":[]}', FALSE, 1, 's0', 's0', {now} - (1 * {f} - i) * (10368000000 / {f}), {now} - (1 * {f} - i) * (10368000000 / {f}), {now} - (1 * {f} - i) * (10368000000 / {f}) + 60000, TRUE, TRUE FROM n;
INSERT INTO announcement (no, state, wording, audience, pin, version, by_staff, sent_by, created_at_ms, started_at_ms, settled_at_ms, ack, clicks) CONST(1)
SELECT {f} + 1, 'sent', '{"title_en":"To everybody","title_zh":"致所有商家","body_en":"Read this.","body_zh":"请阅读。"}', '{"to":"people","groups":[],"categories":[],"tiers":[],"tags":[]}', FALSE, 1, 's0', 's0', {now} - 7200000, {now} - 7200000, {now} - 3600000, TRUE, TRUE FROM n;
INSERT INTO announcement (no, state, wording, audience, pin, version, by_staff, created_at_ms, ack, clicks) CONST(1)
SELECT {f} + 2, 'draft', '{"title_en":"Next","title_zh":"下一条","body_en":"Read this.","body_zh":"请阅读。"}', '{"to":"people","groups":[],"categories":[],"tiers":[],"tags":[]}', FALSE, 1, 's0', {now} - 7200000, FALSE, FALSE FROM n;
INSERT INTO delivery (push, recipient, name, account, chat_user, chat, lang, state, messages, version, sent_at_ms) SERIES(24)
SELECT 'A-' || (1 + i / 24), 'p' || ((i % 24 + i / 24) % (40 * {f})), 'Marta ' || i, 'sandbox', 'u' || ((i % 24 + i / 24) % (40 * {f})), 'd' || ((i % 24 + i / 24) % (40 * {f})), 'en', 'sent', '["3"]', 1, {now} - (1 * {f} - i / 24) * (10368000000 / {f}) FROM n;
INSERT INTO delivery (push, recipient, name, account, chat_user, chat, lang, state, reason, detail, messages, version, sent_at_ms) SERIES(40)
SELECT 'A-' || ({f} + 1), 'p' || i, 'Marta ' || i, 'sandbox', 'u' || i, 'd' || i, 'en', CASE WHEN i % 30 = 7 THEN 'rejected' ELSE 'sent' END, CASE WHEN i % 30 = 7 THEN 'blocked' END, CASE WHEN i % 30 = 7 THEN 'Forbidden: bot was blocked by the user' END, '["3"]', 1, {now} - 7000000 FROM n;
INSERT INTO acknowledgement (push, person, chat_user, name, chat, at_ms) SERIES(10)
SELECT 'A-' || ({f} + 1), 'p' || i, 'u' || i, 'Marta ' || i, 'd' || i, {now} - 6000000 + i FROM n;
INSERT INTO click_target (push, n, url) CONST(1) SELECT 'A-' || ({f} + 1), 0, 'https://market.test/fair' FROM n;
INSERT INTO click_link (token, push, recipient) SERIES(40) SELECT 'tok' || i, 'A-' || ({f} + 1), 'p' || i FROM n;
INSERT INTO click (push, recipient, n, clicks, first_ms, last_ms) SERIES(10) SELECT 'A-' || ({f} + 1), 'p' || i, 0, 2, {now} - 6000000, {now} - 5000000 FROM n;

INSERT INTO activity (no, state, wording, audience, starts_at_ms, until_ms, capacity, version, by_staff, created_at_ms, opened_at_ms) SERIES(1)
SELECT i + 1, CASE WHEN i % 20 = 0 THEN 'open' ELSE 'closed' END, '{"title_en":"Main-picture clinic","title_zh":"主图诊断小课堂","body_en":"Bring one picture.","body_zh":"带一张主图来。"}', '{"to":"groups","groups":["g0"],"categories":[],"tiers":[],"tags":[]}', {now} - (1 * {f} - i) * (10368000000 / {f}) + 172800000, {now} - (1 * {f} - i) * (10368000000 / {f}) + 172800000, 20, 1, 's0', {now} - (1 * {f} - i) * (10368000000 / {f}), {now} - (1 * {f} - i) * (10368000000 / {f}) FROM n;
INSERT INTO registration (activity, person, chat_user, name, state, seq, joined_at_ms, untold, reminded) SERIES(22)
SELECT 1 + i / 22, 'p' || ((i % 22 + i / 22) % (40 * {f})), 'u' || ((i % 22 + i / 22) % (40 * {f})), 'Marta ' || i, CASE WHEN i % 22 < 20 THEN 'in' ELSE 'waiting' END, i % 22 + 1, {now} - (1 * {f} - i / 22) * (10368000000 / {f}) + 1000, FALSE, 0 FROM n;

INSERT INTO article (slug, tags, state, created_at_ms, updated_at_ms) CONST(200) SELECT 'article-' || i, '["finance"]', 'live', {now} - 10368000000, {now} - 10368000000 FROM n;
INSERT INTO article_text (article, lang, title, questions, body) CONST(200) SELECT 'article-' || i, 'en', 'How question ' || i || ' is answered', '["How do I do thing ' || i || '?","who pays for thing ' || i || '"]', 'Go to Marketing, then New.' FROM n;
INSERT INTO article_text (article, lang, title, questions, body) CONST(200) SELECT 'article-' || i, 'zh', '第' || i || '个问题', '["第' || i || '件事怎么办"]', '进入营销，再点新建。' FROM n;
INSERT INTO answer_given (id, article, lang, chat, asker, question, confidence, content, outbox, state, given_at_ms) SERIES(11)
SELECT 'ag' || (100000000 + i), 'article-' || (i % 200), 'en', 'g' || (i % (4 * {f})), 'u' || (i % (40 * {f})), CAST(i AS TEXT), 900, '{"text":{"text":"Go to Marketing, then New."}}', 'o' || i, 'shown', {now} - (11 * {f} - i) * (942545454 / {f}) FROM n;
INSERT INTO gap (id, form, sample, asked, best, confidence, state, first_at_ms, last_at_ms) SERIES(10)
SELECT 'ga' || (100000000 + i), 'words of question ' || i, 'When is my parcel ' || i || ' there?', i % 40, 'article-' || (i % 200), 141, 'open', {now} - 10368000000, {now} - 1000 * i FROM n;
INSERT INTO gap_ask (id, gap, chat, message, author, asked_at_ms) SERIES(20)
SELECT 'gk' || (100000000 + i), 'ga' || (100000000 + i / 2), 'g' || (i % (4 * {f})), 'q' || i, 'u' || (i % (40 * {f})), {now} - (20 * {f} - i) * (518400000 / {f}) FROM n;

INSERT INTO outbox (id, account, chat, lane, place, action, origin, state, not_before_ms, attempts, calls_done, delivered, created_at_ms, settled_at_ms) SERIES(200)
SELECT 'o' || (100000000 + i), 'sandbox', 'd' || (i % (40 * {f})), 1, '{"chat":"d0","thread":null}', '{"send":{"text":{"text":"Thank you."}}}', '{"feature":"ticket","kind":"post","key":"3"}', CASE WHEN i % 2000 = 3 THEN 'unknown' ELSE 'sent' END, 0, 1, 1, '[{"message":"45"}]', {now} - (200 * {f} - i) * (51840000 / {f}), {now} - (200 * {f} - i) * (51840000 / {f}) FROM n;
INSERT INTO audit (id, at_ms, staff, act, object, detail, seq, hash) SERIES(40)
SELECT 'au' || (100000000 + i), {now} - (40 * {f} - i) * (259200000 / {f}), 's' || (i % 8), CASE i % 3 WHEN 0 THEN 'ticket.closed' WHEN 1 THEN 'ticket.claimed' ELSE 'ticket.reply' END, 'T-' || (1 + i), 'The label export left the material out.', 1000 + i, '00' FROM n;
INSERT INTO join_request (id, chat, chat_user, request, words, state, at_ms) SERIES(2)
SELECT 'jr' || (100000000 + i), 'g' || (i % (4 * {f})), 'u' || ((i + 20) % (40 * {f})), 'r' || i, 'I sell lamps', 'open', {now} - 1000 * i FROM n;
INSERT INTO event_failed (id, account, event_key, event, error, failed_at_ms) SERIES(1)
SELECT 'ef' || (100000000 + i), 'sandbox', 'e' || i, '{}', 'the event has no chat', {now} - 1000 * i FROM n;

INSERT INTO webhook (id, url, description, staff, secret, state, created_at_ms) CONST(3) SELECT 'wh' || i, 'https://hooks.market.test/' || i, 'CRM', 's0', 'whsec_AAAA', 'on', {now} - 10368000000 FROM n;
INSERT INTO webhook_event (id, type, object, detail, at_ms) SERIES(50) SELECT 'we' || (100000000 + i), 'ticket.opened', 'T-' || (1 + i), '{}', {now} - (50 * {f} - i) * (51840000 / {f}) FROM n;
INSERT INTO webhook_delivery (id, webhook, event, state, attempts, try_at_ms, made_at_ms) SERIES(50)
SELECT 'wd' || (100000000 + i), 'wh' || (i % 3), 'we' || (100000000 + i), CASE WHEN i % 50 = 1 THEN 'failed' ELSE 'sent' END, 1, 0, {now} - (50 * {f} - i) * (51840000 / {f}) FROM n;
INSERT INTO counter (name, value) CONST(1) SELECT 'ticket', 100 * {f} FROM n;
INSERT INTO counter (name, value) CONST(1) SELECT 'announcement', {f} + 2 FROM n;
INSERT INTO counter (name, value) CONST(1) SELECT 'activity', {f} FROM n;
INSERT INTO counter (name, value) CONST(1) SELECT 'case', 10 * {f} FROM n;
