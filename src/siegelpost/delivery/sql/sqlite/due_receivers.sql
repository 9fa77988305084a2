-- due_receivers: name the groups of receiving domains to which a mailing has due deliveries
-- Parameters: mailing, groups (JSON array or array of numbers), now (seconds)
-- Index: delivery_due_receivers
-- Views: none
-- Test: tests/delivery/test_receivers.py
SELECT value FROM json_each(%(groups)s)
 WHERE EXISTS (SELECT 1 FROM delivery_delivery
                WHERE mailing_id = %(mailing)s AND state IN ('due', 'retry') AND receivers > 0 AND receivers = value AND due_at <= %(now)s)
