-- claim_receivers: lease up to limit due deliveries of one mailing to one group of receiving domains
-- Parameters: mailing, group, now (seconds), slice (fencing number), limit
-- Index: delivery_due_receivers
-- Views: none
-- Test: tests/delivery/test_receivers.py
UPDATE delivery_delivery SET state = 'claimed', slice_id = %(slice)s
 WHERE id IN (SELECT id FROM delivery_delivery
               WHERE mailing_id = %(mailing)s AND state IN ('due', 'retry') AND receivers > 0 AND receivers = %(group)s AND due_at <= %(now)s
               ORDER BY due_at, id LIMIT %(limit)s)
