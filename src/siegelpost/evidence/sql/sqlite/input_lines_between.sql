-- input_lines_between: the entries of many transactions in one pass, each as the line over which a MAC goes; transaction, line.
-- Parameters: first, last (transactions, both included).
-- Uses the index evidence_input_by_tx (tx, subscriber_id), or sorts: both are linear, whatever the planner knows of the table.
-- Test: tests/evidence/test_input_pass.py
SELECT tx, id || '|' || at || '|' || kind || '|' || subscriber_id || '|' || fields
  FROM evidence_inputentry
 WHERE tx >= %(first)s AND tx <= %(last)s
 ORDER BY tx, id
