-- known: how many of some slices there are
-- Parameters: slices
-- Gives: slices.
-- Index: the primary key
-- Reads no views.
-- Test: tests/delivery/test_seen.py
SELECT COUNT(*) FROM delivery_slice WHERE id IN (SELECT value FROM json_each(%(slices)s))
