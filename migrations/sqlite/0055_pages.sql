-- What the console's lists are read by: groups among all chats, the messages of one webhook, latest first, and the categories that
-- there are.
CREATE INDEX chat_group ON chat (id) WHERE kind <> 'direct';
CREATE INDEX webhook_delivery_of ON webhook_delivery (webhook, id);
CREATE INDEX merchant_category ON merchant (category);
