INSERT INTO merchant_external (external_id, merchant) VALUES ('shop-4711', 'R1');
INSERT INTO merchant_event (id, merchant, event_id, kind, at_ms, detail, received_at_ms) VALUES ('ME1', 'R1', 'listing-1', 'first_listing_done', 1795000000000, '{"listing":"L-1"}', 1795000001000);
