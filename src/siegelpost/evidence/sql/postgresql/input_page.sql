-- input_page: one page of the input log, oldest entry first, with what the system said about the transaction.
-- Parameters: after (number of the last entry of the page before), since and until (moments), limit.
-- Uses the primary key of evidence_inputentry, and the unique index of evidence_inputnote (tx).
-- Test: tests/evidence/test_input_log.py
SELECT e.id, e.at, e.kind, e.subscriber_id, e.fields, coalesce(n.actor, ''), coalesce(n.act, '')
  FROM evidence_inputentry e
  LEFT JOIN evidence_inputnote n ON n.tx = e.tx
 WHERE e.id > %(after)s AND e.at >= %(since)s AND e.at < %(until)s
 ORDER BY e.id
 LIMIT %(limit)s
