-- excluded: count the people of one range whom `freeze` has just left out, by reason
-- Parameters: mailing, lists (array of ids), after and upto (range of subscriber ids)
-- Only they are judged. Whom nothing speaks against any more since the freeze is counted neither here nor there.
-- The range stands beside the deliveries too: otherwise PostgreSQL sorts all of them for each range.
-- Index: audience_lists_of_person, delivery_once, consent_suppressed_key, consent_suppressed_pattern
-- Views: audience_on_list, consent_verdict
-- Test: tests/delivery/test_launch.py
SELECT reason, COUNT(*)
  FROM (SELECT MIN(COALESCE(v.reason, '')) AS reason
          FROM consent_verdict v
         WHERE v.list_id = ANY(%(lists)s)
           AND v.subscriber_id IN (
               SELECT m.subscriber_id
                 FROM audience_on_list m
                WHERE m.list_id = ANY(%(lists)s) AND m.subscriber_id > %(after)s AND m.subscriber_id <= %(upto)s
                  AND NOT EXISTS (SELECT 1 FROM delivery_delivery d
                                   WHERE d.mailing_id = %(mailing)s AND d.subscriber_id = m.subscriber_id
                                     AND d.subscriber_id > %(after)s AND d.subscriber_id <= %(upto)s))
         GROUP BY v.subscriber_id) judged
 WHERE reason <> ''
 GROUP BY reason
