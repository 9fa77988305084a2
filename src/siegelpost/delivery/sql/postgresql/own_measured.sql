-- own_measured: people at some domains who got a mailing with measured addresses all the same, up to so many
-- Parameters: mailing, domains (JSON array), most
-- Index: delivery_once
-- Views: audience_recipient
-- Test: tests/measure/test_self_attack.py
SELECT d.subscriber_id
  FROM delivery_delivery d JOIN audience_recipient r ON r.subscriber_id = d.subscriber_id
 WHERE d.mailing_id = %(mailing)s AND d.state = 'sent' AND NOT d.plain
   AND EXISTS (SELECT 1 FROM jsonb_array_elements_text(CAST(%(domains)s AS jsonb)) o (value) WHERE '.' || SPLIT_PART(r.email, '@', 2) LIKE '%%.' || o.value)
 LIMIT %(most)s
