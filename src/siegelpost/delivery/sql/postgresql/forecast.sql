-- forecast: count who would get a mailing if it were launched now (reason ''), and who is left out, by reason
-- Parameters: lists (ids); one placeholder each in the place of /*lists*/, since one list alone then needs no sorting
-- Gives: reason, people; a reason comes several times, and some of the numbers are taken away: the sum counts.
-- Nearly nobody is in doubt. Those few are judged one by one, by the rule of the launch; of all others it is already known that
-- nothing stands against them, so that their consent alone decides. So everybody is counted by consent, and those who were judged
-- are taken out of that again: 100,000 take 90 ms, not 400.
-- OFFSET 0 keeps PostgreSQL from reading all people for the few that it takes for many; IN says of the consents what the join says
-- already, so that it walks along two indexes side by side. Nothing stands in a WITH: what is kept for a second reading costs a tenth.
-- Index: audience_lists_of_person, consent_running_in_order, consent_suppressed_key, consent_suppressed_pattern, audience_by_domain
-- Views: audience_on_list, consent_running, consent_in_doubt, consent_verdict
-- Test: tests/delivery/test_forecast.py
SELECT n.reason, n.people
  FROM (SELECT reason, COUNT(*) AS people, COUNT(*) FILTER (WHERE agreed) AS agreed
          FROM (SELECT v.subscriber_id, MIN(COALESCE(v.reason, '')) AS reason,
                       BOOL_OR(EXISTS (SELECT 1 FROM consent_running c
                                        WHERE c.subscriber_id = v.subscriber_id AND c.list_id = v.list_id)) AS agreed
                  FROM (SELECT DISTINCT subscriber_id FROM consent_in_doubt OFFSET 0) d
                  JOIN consent_verdict v ON v.subscriber_id = d.subscriber_id AND v.list_id IN (/*lists*/)
                 GROUP BY v.subscriber_id) judged
         GROUP BY reason) j
 CROSS JOIN LATERAL (VALUES (reason, people), ('', -agreed), ('no_consent', agreed - people)) n (reason, people)
 UNION ALL
SELECT n.reason, n.people
  FROM (SELECT COUNT(DISTINCT m.subscriber_id) AS people, COUNT(DISTINCT c.subscriber_id) AS agreed
          FROM audience_on_list m
          LEFT JOIN consent_running c ON c.subscriber_id = m.subscriber_id AND c.list_id = m.list_id AND c.list_id IN (/*lists*/)
         WHERE m.list_id IN (/*lists*/)) everybody
 CROSS JOIN LATERAL (VALUES ('', agreed), ('no_consent', people - agreed)) n (reason, people)
