-- reached_people: the receiving domains of some people to whom a mailing was answered for good
-- Parameters: mailing (id), since (seconds since 1970), people (subscriber ids)
-- Gives: subscriber id, domain.
-- Index: delivery_once
-- Views: audience_recipient
-- Test: tests/inbound/test_brakes.py
SELECT d.subscriber_id, LOWER(SUBSTR(r.email, INSTR(r.email, '@') + 1))
  FROM delivery_delivery d JOIN audience_recipient r ON r.subscriber_id = d.subscriber_id
 WHERE d.mailing_id = %(mailing)s AND d.subscriber_id IN (SELECT value FROM json_each(%(people)s))
   AND d.state IN ('sent', 'bounced') AND d.at >= %(since)s
