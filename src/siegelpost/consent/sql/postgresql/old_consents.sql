-- old_consents: count the running consents for a list that are older, and how many of these people may be written to.
-- Parameters: list_id, cutoff.
-- Uses the index consent_running_in_order (list_id, purpose, subscriber_id) WHERE withdrawn_at IS NULL.
-- Reads the view consent_verdict.  Test: tests/public/test_renewals.py
SELECT COUNT(*), COALESCE(SUM(CASE WHEN v.subscriber_id IS NOT NULL AND v.reason IS NULL THEN 1 ELSE 0 END), 0)
  FROM consent_consent c
  LEFT JOIN consent_verdict v ON v.subscriber_id = c.subscriber_id AND v.list_id = c.list_id
 WHERE c.list_id = %(list_id)s AND c.purpose = 'newsletter' AND c.withdrawn_at IS NULL AND c.granted_at < %(cutoff)s
