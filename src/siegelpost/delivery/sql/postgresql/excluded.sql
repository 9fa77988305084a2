-- excluded: count the people of one range who are left out, by reason
-- Parameters: lists, after, upto as in freeze
-- Index: as freeze
-- Views: as freeze
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
SELECT reason, COUNT(*) FROM judged WHERE reason IS NOT NULL GROUP BY reason
