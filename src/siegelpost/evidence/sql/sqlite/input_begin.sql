-- input_begin: number this transaction, so that the triggers write the number into their entries.
-- Parameters: none.  Gives: the number; no row where the input log is off.
-- Index: none, the table has one row.
-- Test: tests/evidence/test_input_log.py
UPDATE evidence_inputswitch SET tx = last_tx + 1, last_tx = last_tx + 1 WHERE active RETURNING tx
