-- freeze: put one range of people into the frozen audience of a mailing: whoever may be written to on one of its lists
-- Parameters: mailing, variant, lists (JSON array or array of ids), after and upto (range of subscriber ids),
--   receivers (JSON object: domain with a limit -> number of its group)
-- They are due at once, whatever the clock says now or later: due_at is 0
-- Index: audience_member_once, consent_running_once, consent_suppressed_key, consent_suppressed_pattern
-- Views: consent_verdict, audience_recipient
-- Test: tests/delivery/test_launch.py
WITH judged AS (
    SELECT v.subscriber_id, NULLIF(MIN(COALESCE(v.reason, '')), '') AS reason
      FROM consent_verdict v
     WHERE v.list_id = ANY(%(lists)s) AND v.subscriber_id > %(after)s AND v.subscriber_id <= %(upto)s
     GROUP BY v.subscriber_id
)
INSERT INTO delivery_delivery (mailing_id, variant_id, subscriber_id, state, attempt, due_at, code, receivers)
SELECT %(mailing)s, %(variant)s, subscriber_id, 'due', 0, 0, '',
       CASE WHEN %(receivers)s = '{}' THEN 0 ELSE COALESCE(
           (SELECT CAST(CAST(%(receivers)s AS jsonb) ->> LOWER(SPLIT_PART(r.email, '@', 2)) AS smallint)
              FROM audience_recipient r WHERE r.subscriber_id = judged.subscriber_id), 0) END
  FROM judged WHERE reason IS NULL
ON CONFLICT (mailing_id, subscriber_id) DO NOTHING
