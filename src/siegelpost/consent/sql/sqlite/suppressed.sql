-- suppressed: the entries that stand against up to 1,000 addresses; whoever asks filters by list.
-- Parameters: the keys, one placeholder each in the place of /*keys*/ (SQLite knows no arrays).
-- Uses the index consent_suppressed_key (key).  Reads the table consent_suppression.  Test: tests/consent/test_suppression.py
SELECT key, list_id, kind
  FROM consent_suppression
 WHERE key IN (/*keys*/)
