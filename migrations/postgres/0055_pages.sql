-- What the console's lists are read by: groups among all chats, and the messages of one webhook, latest first.
CREATE INDEX chat_group ON chat (id) WHERE kind <> 'direct';
CREATE INDEX webhook_delivery_of ON webhook_delivery (webhook, id);
