-- open_epoch: note that an edge process counted a target, even if it never tells its estimate.
-- Parameters, in order: variant id, position, epoch.
-- Reads and writes measure_unique by its unique index (variant_id, position, epoch).  Test: tests/measure/test_aggregate.py
INSERT INTO measure_unique (variant_id, position, epoch)
VALUES (%s, %s, %s)
ON CONFLICT (variant_id, position, epoch) DO NOTHING
