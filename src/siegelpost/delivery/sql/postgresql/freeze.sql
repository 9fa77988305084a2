-- freeze: put one range of people into the frozen audience of a mailing, whoever agreed and is not suppressed
-- Parameters: mailing, variant, lists (JSON array or array of ids), after and upto (range of subscriber ids), now (seconds)
-- Index: primary key of the subscriber, audience_member_once, consent_running_once, consent_suppressed_key
-- Views: audience_recipient, audience_on_list, consent_now, suppression_now, blacklist_patterns
-- Test: tests/delivery/test_launch.py
WITH judged AS (
    SELECT r.subscriber_id, CASE
         WHEN EXISTS (SELECT 1 FROM suppression_now s WHERE s.key = r.address_key AND s.list_id IS NULL)
         THEN (SELECT MIN(s.kind) FROM suppression_now s WHERE s.key = r.address_key AND s.list_id IS NULL)
         WHEN EXISTS (SELECT 1 FROM blacklist_patterns b WHERE LOWER(r.email) LIKE b.pattern ESCAPE '\') THEN 'blacklist'
         WHEN NOT EXISTS (SELECT 1 FROM audience_on_list m JOIN consent_now c ON c.subscriber_id = m.subscriber_id AND c.list_id = m.list_id
                           WHERE m.subscriber_id = r.subscriber_id AND m.list_id = ANY(%(lists)s)) THEN 'no_consent'
         WHEN NOT EXISTS (SELECT 1 FROM audience_on_list m JOIN consent_now c ON c.subscriber_id = m.subscriber_id AND c.list_id = m.list_id
                           WHERE m.subscriber_id = r.subscriber_id AND m.list_id = ANY(%(lists)s)
                             AND NOT EXISTS (SELECT 1 FROM suppression_now s WHERE s.key = r.address_key AND s.list_id = m.list_id)) THEN 'optout'
       END AS reason
      FROM audience_recipient r
     WHERE r.subscriber_id > %(after)s AND r.subscriber_id <= %(upto)s
       AND EXISTS (SELECT 1 FROM audience_on_list m WHERE m.subscriber_id = r.subscriber_id AND m.list_id = ANY(%(lists)s))
)
INSERT INTO delivery_delivery (mailing_id, variant_id, subscriber_id, state, attempt, due_at, code)
SELECT %(mailing)s, %(variant)s, subscriber_id, 'due', 0, %(now)s, '' FROM judged WHERE reason IS NULL
ON CONFLICT (mailing_id, subscriber_id) DO NOTHING
