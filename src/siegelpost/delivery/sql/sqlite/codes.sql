-- codes: what was kept of the answers to the messages of one mailing in one state, and how often
-- Parameters: mailing, state
-- Gives: code, messages.
-- Index: delivery_once by its first column; reads all rows of one mailing (100,000 take 30 ms)
-- Reads no views.
-- Test: tests/delivery/test_again.py
SELECT code, COUNT(*) FROM delivery_delivery WHERE mailing_id = %(mailing)s AND state = %(state)s GROUP BY code
