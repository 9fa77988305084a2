-- freeze: put one range of people into the frozen audience of a mailing: whoever may be written to on one of its lists
-- Parameters: mailing, variant, lists (JSON array or array of ids), after and upto (range of subscriber ids),
--   receivers (JSON object: domain with a limit -> number of its group)
-- `known` gets an index of its own, built once: searched row by row, 5,000 domains would take 40 times as long
-- They are due at once, whatever the clock says now or later: due_at is 0
-- Index: audience_member_once, consent_running_once, consent_suppressed_key, consent_suppressed_pattern
-- Views: consent_verdict, audience_recipient
-- Test: tests/delivery/test_launch.py
WITH judged AS (
    SELECT v.subscriber_id, NULLIF(MIN(COALESCE(v.reason, '')), '') AS reason
      FROM consent_verdict v
     WHERE v.list_id IN (SELECT value FROM json_each(%(lists)s)) AND v.subscriber_id > %(after)s AND v.subscriber_id <= %(upto)s
     GROUP BY v.subscriber_id
), known AS MATERIALIZED (
    SELECT key AS domain, value AS number FROM json_each(%(receivers)s)
)
INSERT INTO delivery_delivery (mailing_id, variant_id, subscriber_id, state, attempt, due_at, code, receivers)
SELECT %(mailing)s, %(variant)s, judged.subscriber_id, 'due', 0, 0, '',
       COALESCE(k.number, 0)
  FROM judged
  LEFT JOIN audience_recipient r ON %(receivers)s <> '{}' AND r.subscriber_id = judged.subscriber_id
  LEFT JOIN known k ON k.domain = LOWER(SUBSTR(r.email, INSTR(r.email, '@') + 1))
 WHERE reason IS NULL
ON CONFLICT (mailing_id, subscriber_id) DO NOTHING
