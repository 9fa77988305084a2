-- input_past: entries of which the system says nothing: new ones, and those that came later into a transaction that was settled before.
-- Parameters: bound_before and bound (transactions), through_before and through (numbers of entries) of the last comparison and of this one.
-- Gives: how many, first and last moment.
-- Uses the index evidence_input_by_tx (tx, subscriber_id), the primary key, and the unique index of evidence_inputnote (tx).
-- Test: tests/evidence/test_input_log.py
SELECT count(*), min(e.at), max(e.at)
  FROM evidence_inputentry e
 WHERE (e.tx >= %(bound_before)s AND e.tx < %(bound)s AND NOT EXISTS (SELECT 1 FROM evidence_inputnote n WHERE n.tx = e.tx))
    OR (e.id > %(through_before)s AND e.id <= %(through)s AND e.tx < %(bound_before)s)
