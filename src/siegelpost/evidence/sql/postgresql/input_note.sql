-- input_note: the system says that the entries of a transaction are its own.
-- Parameters: tx, at, actor, act, seal (32 bytes).
-- Index: none, it only inserts.
-- Test: tests/evidence/test_input_log.py
INSERT INTO evidence_inputnote (tx, at, actor, act, seal) VALUES (%(tx)s, %(at)s, %(actor)s, %(act)s, %(seal)s)
