-- due_outgoing: say whether there are due system or dialog mails
-- Parameters: now (seconds)
-- Index: delivery_outgoing_due
-- Views: none
-- Test: tests/delivery/test_outgoing.py
SELECT 0 FROM delivery_outgoing WHERE state IN ('due', 'retry') AND due_at <= %(now)s LIMIT 1
