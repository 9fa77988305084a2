-- next_due: say when the next delivery of a mailing is due, NULL where none is
-- Parameters: mailing
-- Index: delivery_due, delivery_due_receivers
-- Views: none
-- Test: tests/delivery/test_pace.py
SELECT MIN(due_at) FROM (
    SELECT MIN(due_at) AS due_at FROM delivery_delivery WHERE mailing_id = %(mailing)s AND state IN ('due', 'retry') AND receivers = 0
     UNION ALL
    SELECT MIN(due_at) FROM delivery_delivery WHERE mailing_id = %(mailing)s AND state IN ('due', 'retry') AND receivers > 0
) AS both_kinds
