-- input_copies: many people were copied out of the system; nothing was written, so no trigger could say it.
-- Parameters: ids (JSON list of subscriber ids), fields.
-- Index: none, it only inserts.
-- Test: tests/evidence/test_input_log.py
INSERT INTO evidence_inputentry (at, kind, subscriber_id, fields, tx)
SELECT strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now'), 3, j.value, %(fields)s, s.tx
  FROM evidence_inputswitch s, json_each(%(ids)s) AS j
 WHERE s.active
