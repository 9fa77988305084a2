-- tell_people: keep the newest estimate of people that an edge process told for a target; it never falls.
-- Parameters, in order: variant id, position, epoch, people.
-- Reads and writes measure_unique by its unique index (variant_id, position, epoch).  Test: tests/measure/test_aggregate.py
INSERT INTO measure_unique (variant_id, position, epoch, estimate)
VALUES (%s, %s, %s, %s)
ON CONFLICT (variant_id, position, epoch) DO UPDATE SET estimate = excluded.estimate
WHERE measure_unique.estimate IS NULL OR measure_unique.estimate < excluded.estimate
