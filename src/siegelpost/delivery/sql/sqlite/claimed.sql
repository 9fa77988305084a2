-- claimed: read a freshly claimed slice with what its messages need, asking consent and suppression again
-- Parameters: slice, lists
-- Index: delivery_claimed
-- Views: audience_recipient, audience_on_list, consent_now, suppression_now, blacklist_patterns
-- Test: tests/delivery/test_claim.py
SELECT d.id, d.subscriber_id, d.variant_id, d.attempt, r.email, r.fields, CASE
         WHEN EXISTS (SELECT 1 FROM suppression_now s WHERE s.key = r.address_key AND s.list_id IS NULL)
         THEN (SELECT MIN(s.kind) FROM suppression_now s WHERE s.key = r.address_key AND s.list_id IS NULL)
         WHEN EXISTS (SELECT 1 FROM blacklist_patterns b WHERE LOWER(r.email) LIKE b.pattern ESCAPE '\') THEN 'blacklist'
         WHEN NOT EXISTS (SELECT 1 FROM audience_on_list m JOIN consent_now c ON c.subscriber_id = m.subscriber_id AND c.list_id = m.list_id
                           WHERE m.subscriber_id = r.subscriber_id AND m.list_id IN (SELECT value FROM json_each(%(lists)s))) THEN 'no_consent'
         WHEN NOT EXISTS (SELECT 1 FROM audience_on_list m JOIN consent_now c ON c.subscriber_id = m.subscriber_id AND c.list_id = m.list_id
                           WHERE m.subscriber_id = r.subscriber_id AND m.list_id IN (SELECT value FROM json_each(%(lists)s))
                             AND NOT EXISTS (SELECT 1 FROM suppression_now s WHERE s.key = r.address_key AND s.list_id = m.list_id)) THEN 'optout'
       END AS reason
  FROM delivery_delivery d LEFT JOIN audience_recipient r ON r.subscriber_id = d.subscriber_id
 WHERE d.slice_id = %(slice)s AND d.state = 'claimed'
