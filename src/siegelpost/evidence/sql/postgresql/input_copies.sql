-- input_copies: many people were copied out of the system; nothing was written, so no trigger could say it.
-- Parameters: ids (JSON list of subscriber ids), fields.
-- Index: none, it only inserts.
-- Test: tests/evidence/test_input_log.py
INSERT INTO evidence_inputentry (at, kind, subscriber_id, fields, tx)
SELECT date_trunc('milliseconds', clock_timestamp()), 3, j.value::bigint, %(fields)s, txid_current()
  FROM evidence_inputswitch s, json_array_elements_text(%(ids)s::json) AS j(value)
 WHERE s.active
