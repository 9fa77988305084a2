-- refuse: count requests by personal links of one mailing that named nobody.
-- Parameters, in order: mailing id, requests.
-- Index: singly_refused_pkey
-- Test: tests/measure/test_singly.py
INSERT INTO singly_refused (mailing_id, n) VALUES (%s, %s)
ON CONFLICT (mailing_id) DO UPDATE SET n = singly_refused.n + excluded.n
