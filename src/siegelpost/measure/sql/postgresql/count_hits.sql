-- count_hits: add the requests of one spool file to a target's counter of one hour.
-- Parameters, in order: variant id, position, hour since 1970, requests.
-- Reads and writes measure_counter by its unique index (variant_id, position, hour).  Test: tests/measure/test_aggregate.py
INSERT INTO measure_counter (variant_id, position, hour, n)
VALUES (%s, %s, %s, %s)
ON CONFLICT (variant_id, position, hour) DO UPDATE SET n = measure_counter.n + excluded.n
