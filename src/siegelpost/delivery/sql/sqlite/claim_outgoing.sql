-- claim_outgoing: lease up to limit due system and dialog mails to one slice
-- Parameters: now (seconds), slice (fencing number), limit
-- Index: delivery_outgoing_due
-- Views: none
-- Test: tests/delivery/test_outgoing.py
UPDATE delivery_outgoing SET state = 'claimed', slice_id = %(slice)s
 WHERE id IN (SELECT id FROM delivery_outgoing WHERE state IN ('due', 'retry') AND due_at <= %(now)s ORDER BY due_at, id LIMIT %(limit)s)
