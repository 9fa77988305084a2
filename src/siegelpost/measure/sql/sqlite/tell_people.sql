-- tell_people: keep the newest estimate of people of one day that an edge process told for a target; it never falls, and is
-- null where it would tell of nearly everybody.
-- Parameters, in order: variant id, position, epoch, day, people.
-- Reads and writes measure_unique by its unique index (variant_id, position, epoch, day).  Test: tests/measure/test_aggregate.py
INSERT INTO measure_unique (variant_id, position, epoch, day, estimate)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (variant_id, position, epoch, day) DO UPDATE SET estimate = excluded.estimate
WHERE measure_unique.estimate IS NULL OR excluded.estimate IS NULL OR measure_unique.estimate < excluded.estimate
