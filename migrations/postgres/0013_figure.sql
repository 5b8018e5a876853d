-- The overview counts what happened today and a week ago.
CREATE INDEX answer_given_at ON answer_given (given_at_ms);
CREATE INDEX gap_ask_at ON gap_ask (asked_at_ms);
CREATE INDEX ticket_opened ON ticket (opened_at_ms);
CREATE INDEX ticket_closed ON ticket (closed_at_ms) WHERE closed_at_ms IS NOT NULL;
CREATE INDEX mod_case_at ON mod_case (at_ms);
CREATE INDEX registration_at ON registration (joined_at_ms);
