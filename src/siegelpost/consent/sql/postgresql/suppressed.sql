-- suppressed: the entries that stand against up to 1,000 addresses; whoever asks filters by list.
-- Parameters: the keys, one array.
-- Uses the index consent_suppressed_key (key).  Reads the table consent_suppression.  Test: tests/consent/test_suppression.py
SELECT key, list_id, kind
  FROM consent_suppression
 WHERE key = ANY(%s)
