-- input_begin: number this transaction, so that the triggers write the number into their entries, and mark who is new in it.
-- Parameters: none.  Gives: the number; no row where the input log is off.
-- Index: none, the table has one row.  Reads the table sqlite_sequence: numbers of people are never given twice.
-- Test: tests/evidence/test_input_log.py
UPDATE evidence_inputswitch
   SET tx = last_tx + 1, last_tx = last_tx + 1,
       fresh = 1 + coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'audience_subscriber'), 0)
 WHERE active
RETURNING tx
