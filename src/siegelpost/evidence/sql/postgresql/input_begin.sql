-- input_begin: the number of this transaction, which the triggers write into their entries.
-- Parameters: none.  Gives: the number; no row where the input log is off.
-- Index: none, the table has one row.
-- Test: tests/evidence/test_input_log.py
SELECT txid_current() FROM evidence_inputswitch WHERE active
