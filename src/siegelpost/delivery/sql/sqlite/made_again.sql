-- made_again: what is needed to make some messages of a mailing again that went out with measured addresses
-- Parameters: mailing, most
-- Index: delivery_once
-- Views: audience_recipient
-- Test: tests/measure/test_self_attack.py
SELECT d.id, d.subscriber_id, d.variant_id, d.attempt, r.email, r.fields, d.at
  FROM delivery_delivery d JOIN audience_recipient r ON r.subscriber_id = d.subscriber_id
 WHERE d.mailing_id = %(mailing)s AND d.state = 'sent' AND NOT d.plain
 ORDER BY d.subscriber_id LIMIT %(most)s
