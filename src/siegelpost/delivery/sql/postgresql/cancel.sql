-- cancel: end the deliveries of a mailing that are in one state and have not begun
-- Parameters: mailing, state (due, retry or blocked), at (seconds)
-- Index: delivery_once
-- Views: none
-- Test: tests/delivery/test_steer.py
UPDATE delivery_delivery SET state = 'cancelled', at = %(at)s WHERE mailing_id = %(mailing)s AND state = %(state)s
