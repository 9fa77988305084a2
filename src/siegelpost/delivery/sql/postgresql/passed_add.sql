-- passed_add: add to the number of messages of a mailing that went to one relay
-- Parameters: mailing (0 for system mails), relay (host:port), n, at (seconds since 1970)
-- Index: delivery_passed_once
-- Views: none
-- Test: tests/delivery/test_passed.py
INSERT INTO delivery_passed (mailing_id, relay, n, noted, noted_at) VALUES (%(mailing)s, %(relay)s, %(n)s, 0, %(at)s)
ON CONFLICT (mailing_id, relay) DO UPDATE SET n = delivery_passed.n + excluded.n
