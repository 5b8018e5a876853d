-- What an inbox lists and counts is not closed, a small part of all tickets.
CREATE INDEX ticket_open ON ticket (no, owner, state) WHERE state <> 'closed';
