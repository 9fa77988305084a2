-- excluded: count the people of one range who are left out, by reason
-- Parameters: lists, after, upto as in freeze
-- Index: audience_member_once, consent_running_once, consent_suppressed_key
-- Views: consent_verdict
-- Test: tests/delivery/test_launch.py
WITH judged AS (
    SELECT v.subscriber_id, CASE WHEN COUNT(*) > COUNT(v.reason) THEN NULL ELSE MIN(v.reason) END AS reason
      FROM consent_verdict v
     WHERE v.list_id = ANY(%(lists)s) AND v.subscriber_id > %(after)s AND v.subscriber_id <= %(upto)s
     GROUP BY v.subscriber_id
)
SELECT reason, COUNT(*) FROM judged WHERE reason IS NOT NULL GROUP BY reason
