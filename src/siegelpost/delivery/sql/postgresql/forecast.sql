-- forecast: count who would get a mailing if it were launched now (reason ''), and who is left out, by reason
-- Parameters: lists as in freeze
-- Index: audience_member_once, consent_running_once, consent_suppressed_key, consent_suppressed_pattern
-- Views: consent_verdict
-- Test: tests/delivery/test_browse.py
WITH judged AS (
    SELECT v.subscriber_id, MIN(COALESCE(v.reason, '')) AS reason
      FROM consent_verdict v
     WHERE v.list_id = ANY(%(lists)s)
     GROUP BY v.subscriber_id
)
SELECT reason, COUNT(*) FROM judged GROUP BY reason
