-- count_rows: count the deliveries of a mailing by state, to compare them with the tally
-- Parameters: mailing
-- Index: delivery_once
-- Views: none
-- Test: tests/delivery/test_tally.py
SELECT state, COUNT(*) FROM delivery_delivery WHERE mailing_id = %(mailing)s GROUP BY state
