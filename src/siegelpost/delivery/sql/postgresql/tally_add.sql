-- tally_add: add to the counter of one state of a mailing
-- Parameters: mailing, state, n
-- Index: delivery_tally_once
-- Views: none
-- Test: tests/delivery/test_tally.py
INSERT INTO delivery_tally (mailing_id, state, n) VALUES (%(mailing)s, %(state)s, %(n)s)
ON CONFLICT (mailing_id, state) DO UPDATE SET n = delivery_tally.n + excluded.n
