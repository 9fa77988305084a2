-- received: the deliveries of one person, the latest launch first.
-- Parameters: subscriber (id), limit and skip (rows).
-- Gives: mailing_id, state, code, at (seconds since 1970 or NULL).
-- Launches are some hundreds; each is one look into the unique index delivery_once (mailing_id, subscriber_id): an index over all
-- people would cost every launch more than it saves here.
-- Reads no views.  Test: tests/delivery/test_received.py
SELECT d.mailing_id, d.state, d.code, d.at
  FROM delivery_launch l
 CROSS JOIN delivery_delivery d
 WHERE d.mailing_id = l.mailing_id AND d.subscriber_id = %(subscriber)s
 ORDER BY l.launched_at DESC, l.mailing_id DESC
 LIMIT %(limit)s OFFSET %(skip)s
