-- again: make the deliveries of one mailing in one state and with one kept code due once more, with all their attempts
-- Parameters: mailing, state (blocked, unsure, expired or bounced), code, now (seconds)
-- Index: delivery_once
-- Views: none
-- Test: tests/delivery/test_again.py
UPDATE delivery_delivery SET state = 'due', due_at = %(now)s, attempt = 0, slice_id = NULL, code = '', at = NULL
 WHERE mailing_id = %(mailing)s AND state = %(state)s AND code = %(code)s
