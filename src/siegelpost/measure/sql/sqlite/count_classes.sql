-- count_classes: add the requests of one spool file to a variant's counter of one class of device, family of clients or machine.
-- Parameters, in order: variant id, what (device, family, machine, followed), class, requests.
-- Reads and writes measure_classcounter by its unique index (variant_id, what, name).  Test: tests/measure/test_aggregate.py
INSERT INTO measure_classcounter (variant_id, what, name, n)
VALUES (%s, %s, %s, %s)
ON CONFLICT (variant_id, what, name) DO UPDATE SET n = measure_classcounter.n + excluded.n
