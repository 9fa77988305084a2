-- claimed: read a freshly claimed slice with what its messages need, asking again whether they may be sent, and measured
-- Parameters: slice, lists
-- Index: delivery_claimed, audience_member_once, consent_running_once, consent_suppressed_key, consent_suppressed_pattern, that of consent_unmeasured
-- Views: audience_recipient, consent_verdict, consent_not_measured
-- Test: tests/delivery/test_claim.py
SELECT d.id, d.subscriber_id, d.variant_id, d.attempt, r.email, r.fields,
       (SELECT NULLIF(COALESCE(MIN(COALESCE(v.reason, '')), 'left'), '')
          FROM consent_verdict v WHERE v.subscriber_id = d.subscriber_id AND v.list_id = ANY(%(lists)s)) AS reason,
       EXISTS (SELECT 1 FROM consent_not_measured n WHERE n.address_key = r.address_key) AS plain
  FROM delivery_delivery d LEFT JOIN audience_recipient r ON r.subscriber_id = d.subscriber_id
 WHERE d.slice_id = %(slice)s AND d.state = 'claimed'
