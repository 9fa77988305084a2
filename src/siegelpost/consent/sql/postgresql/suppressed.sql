-- suppressed: the entries that stand against up to 1,000 addresses; whoever asks filters by list.
-- Parameters: the keys, one array.
-- Uses the index consent_suppressed_key (key).  Reads the view suppression_now.  Test: tests/consent/test_suppression.py
SELECT key, list_id, kind
  FROM suppression_now
 WHERE key = ANY(%s)
