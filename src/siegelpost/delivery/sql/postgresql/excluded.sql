-- excluded: count the people of one range who are left out, by reason
-- Parameters: lists, after, upto as in freeze
-- Index: audience_member_once, consent_running_once, consent_suppressed_key, consent_suppressed_pattern
-- Views: consent_verdict
-- Test: tests/delivery/test_launch.py
WITH judged AS (
    SELECT v.subscriber_id, NULLIF(MIN(COALESCE(v.reason, '')), '') AS reason
      FROM consent_verdict v
     WHERE v.list_id = ANY(%(lists)s) AND v.subscriber_id > %(after)s AND v.subscriber_id <= %(upto)s
     GROUP BY v.subscriber_id
)
SELECT reason, COUNT(*) FROM judged WHERE reason IS NOT NULL GROUP BY reason
