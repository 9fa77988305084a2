-- input_lines: the entries of one transaction, each as the line over which its MAC goes.
-- Parameters: tx.
-- Uses the index evidence_input_by_tx (tx, subscriber_id).
-- Test: tests/evidence/test_input_log.py
SELECT id || '|' || to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS') || '|' || kind || '|' || subscriber_id || '|' || fields
  FROM evidence_inputentry
 WHERE tx = %(tx)s
 ORDER BY id
