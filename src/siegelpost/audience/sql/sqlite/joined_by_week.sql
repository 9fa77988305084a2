-- joined_by_week: how many of those who are stored now came in each week
-- Parameters: since (first moment of the first week, UTC)
-- Gives: week (0..), people.
-- Index: none, reads each row once (100,000 take 20 ms); an index over all dates would cost every import more than it saves here
-- Reads no views.
-- Test: tests/audience/test_growth.py
SELECT CAST((julianday(created_at) - julianday(%(since)s)) / 7 AS INTEGER), COUNT(*)
  FROM audience_subscriber
 WHERE created_at >= %(since)s
 GROUP BY 1
