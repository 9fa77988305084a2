-- open_epoch: note that an edge process counted a target on a day, even if it never tells its estimate.
-- Parameters, in order: variant id, position, epoch, day.
-- Reads and writes measure_unique by its unique index (variant_id, position, epoch, day).  Test: tests/measure/test_aggregate.py
INSERT INTO measure_unique (variant_id, position, epoch, day)
VALUES (%s, %s, %s, %s)
ON CONFLICT (variant_id, position, epoch, day) DO NOTHING
