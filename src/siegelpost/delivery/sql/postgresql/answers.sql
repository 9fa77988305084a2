-- answers: what the other servers said where they refused us or put us off for too long, and how often
-- Parameters: mailing (id)
-- Gives: state, code, messages; the most frequent first.
-- Index: delivery_once by its first column; reads all rows of one mailing (100,000 take 30 ms)
-- Reads no views.
-- Test: tests/delivery/test_outcome.py
SELECT state, code, COUNT(*)
  FROM delivery_delivery
 WHERE mailing_id = %(mailing)s AND state IN ('blocked', 'expired')
 GROUP BY state, code
 ORDER BY 3 DESC, 1, 2
