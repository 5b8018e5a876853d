-- When somebody of the staff first answered, kept when it happens: a report reads it of all tickets of two weeks.
ALTER TABLE ticket ADD COLUMN answered_at_ms BIGINT;
UPDATE ticket SET answered_at_ms = (SELECT min(m.at_ms) FROM ticket_message m WHERE m.ticket = ticket.no AND m.kind = 'staff');

-- What a report reads stands in the index itself: of tickets, and on the way from who opened one to what their merchants are.
DROP INDEX ticket_opened;
DROP INDEX ticket_closed;
CREATE INDEX ticket_opened ON ticket (opened_at_ms, no, chat_user, origin_chat, state, answered_at_ms, closed_at_ms);
CREATE INDEX ticket_closed ON ticket (closed_at_ms, state, opened_at_ms) WHERE closed_at_ms IS NOT NULL;

DROP INDEX contact_person;
CREATE INDEX contact_person ON contact (person, merchant);

-- How the copies of a push stand is counted from here.
CREATE INDEX delivery_tally ON delivery (push, account, state, reason);
