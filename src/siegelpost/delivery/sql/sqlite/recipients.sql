-- recipients: every recipient of a mailing with the state of the message, for the list that staff export
-- Parameters: mailing, state ('' for all), after (delivery id), limit
-- Index: delivery_once
-- Views: audience_recipient
-- Test: tests/delivery/test_reads.py
SELECT d.id, d.subscriber_id, r.email, d.state, d.code, d.at
  FROM delivery_delivery d LEFT JOIN audience_recipient r ON r.subscriber_id = d.subscriber_id
 WHERE d.mailing_id = %(mailing)s AND d.id > %(after)s AND (%(state)s = '' OR d.state = %(state)s)
 ORDER BY d.id LIMIT %(limit)s
