-- ask_again: put one range of people on the roll of a renewal: whose running consent for its list is older, and whom no other asks.
-- Parameters: renewal, list_id, cutoff, after and upto (range of subscriber ids).
-- Uses the index consent_running_in_order (list_id, purpose, subscriber_id) WHERE withdrawn_at IS NULL, consent_asked_of (subscriber_id).
-- Reads no views.  Test: tests/public/test_renewals.py
INSERT INTO consent_renewalask (renewal_id, subscriber_id, answer)
SELECT %(renewal)s, c.subscriber_id, ''
  FROM consent_consent c
 WHERE c.list_id = %(list_id)s AND c.purpose = 'newsletter' AND c.withdrawn_at IS NULL AND c.granted_at < %(cutoff)s
   AND c.subscriber_id > %(after)s AND c.subscriber_id <= %(upto)s
   AND NOT EXISTS (SELECT 1 FROM consent_renewalask a JOIN consent_renewal r ON r.id = a.renewal_id
                    WHERE a.subscriber_id = c.subscriber_id AND a.answer = '' AND r.list_id = c.list_id
                      AND r.closed_at IS NULL AND r.id <> %(renewal)s)
ON CONFLICT DO NOTHING
