-- input_bound: up to where everything is settled, and what the triggers counted.
-- Parameters: none.
-- Gives: transactions below it are settled, highest number of an entry, entries that create less those that delete, people.
-- Index: the primary keys; entries are counted in one pass, an hour apart.  Reads the table audience_subscriber.
-- Test: tests/evidence/test_input_log.py
SELECT txid_snapshot_xmin(txid_current_snapshot()),
       (SELECT coalesce(max(id), 0) FROM evidence_inputentry),
       (SELECT coalesce(sum(CASE kind WHEN 1 THEN 1 WHEN 4 THEN -1 ELSE 0 END), 0) FROM evidence_inputentry),
       (SELECT count(*) FROM audience_subscriber)
