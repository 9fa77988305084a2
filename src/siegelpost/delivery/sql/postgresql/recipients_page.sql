-- recipients_page: one page of the recipients of a mailing, for the staff's tables
-- Parameters: mailing, state ('' for all), subscriber (0 for all), limit, skip
-- Index: delivery_once, which gives the order, too
-- Views: audience_recipient
-- Test: tests/delivery/test_browse.py
SELECT r.email, d.state, d.code, d.at
  FROM delivery_delivery d LEFT JOIN audience_recipient r ON r.subscriber_id = d.subscriber_id
 WHERE d.mailing_id = %(mailing)s AND (%(state)s = '' OR d.state = %(state)s) AND (%(subscriber)s = 0 OR d.subscriber_id = %(subscriber)s)
 ORDER BY d.subscriber_id LIMIT %(limit)s OFFSET %(skip)s
