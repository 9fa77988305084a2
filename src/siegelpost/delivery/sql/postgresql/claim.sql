-- claim: lease up to limit due deliveries of one mailing to one slice; those to groups of domains with limits: claim_receivers
-- Parameters: mailing, now (seconds), slice (fencing number), limit
-- Index: delivery_due
-- Views: none
-- Test: tests/delivery/test_claim.py
UPDATE delivery_delivery SET state = 'claimed', slice_id = %(slice)s
 WHERE id IN (SELECT id FROM delivery_delivery
               WHERE mailing_id = %(mailing)s AND state IN ('due', 'retry') AND receivers = 0 AND due_at <= %(now)s
               ORDER BY due_at, id LIMIT %(limit)s
                 FOR UPDATE SKIP LOCKED)
