-- count_rows: count the deliveries of a mailing by state, beside the tally; one statement sees both at the same moment
-- Parameters: mailing
-- Index: delivery_once, delivery_tally_once
-- Views: none
-- Test: tests/delivery/test_tally.py
SELECT 'rows', state, COUNT(*) FROM delivery_delivery WHERE mailing_id = %(mailing)s GROUP BY state
 UNION ALL
SELECT 'tally', state, n FROM delivery_tally WHERE mailing_id = %(mailing)s
