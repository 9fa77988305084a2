-- due: say whether a mailing has due deliveries to domains without a limit
-- Parameters: mailing, now (seconds)
-- Index: delivery_due
-- Views: none
-- Test: tests/delivery/test_claim.py
SELECT 0 FROM delivery_delivery
 WHERE mailing_id = %(mailing)s AND state IN ('due', 'retry') AND receivers = 0 AND due_at <= %(now)s LIMIT 1
