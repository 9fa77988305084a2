-- take_in: add the requests of one file by one person to what is known of one target.
-- Parameters, in order: mailing id, variant id, position, subscriber id, requests, first and last moment.
-- Index: singly_event_once (subscriber_id, variant_id, position)
-- Test: tests/measure/test_singly.py
INSERT INTO singly_event (mailing_id, variant_id, position, subscriber_id, n, first_at, last_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (subscriber_id, variant_id, position) DO UPDATE SET n = singly_event.n + excluded.n, last_at = excluded.last_at
