-- reached: how many messages of a mailing were answered for good, and how many of them were taken, by receiving domain
-- Parameters: mailing (id), since (seconds since 1970)
-- Gives: domain, answered, taken.
-- Index: delivery_once by its first column; reads all rows of one mailing
-- Views: audience_recipient
-- Test: tests/inbound/test_brakes.py
SELECT LOWER(SPLIT_PART(r.email, '@', 2)), COUNT(*), COUNT(*) FILTER (WHERE d.state = 'sent')
  FROM delivery_delivery d JOIN audience_recipient r ON r.subscriber_id = d.subscriber_id
 WHERE d.mailing_id = %(mailing)s AND d.state IN ('sent', 'bounced') AND d.at >= %(since)s
 GROUP BY 1
