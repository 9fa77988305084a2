-- count_devices: add the opens of one spool file to a variant's counter of one class of device.
-- Parameters, in order: variant id, class, opens.
-- Reads and writes measure_devicecounter by its unique index (variant_id, device).  Test: tests/measure/test_aggregate.py
INSERT INTO measure_devicecounter (variant_id, device, n)
VALUES (%s, %s, %s)
ON CONFLICT (variant_id, device) DO UPDATE SET n = measure_devicecounter.n + excluded.n
