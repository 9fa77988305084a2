-- freeze: put one range of people into the frozen audience of a mailing: whoever may be written to on one of its lists
-- Parameters: mailing, variant, lists (array of ids), after and upto (range of subscriber ids),
--   receivers (JSON object: domain with a limit -> number of its group)
-- They are due at once, whatever the clock says now or later: due_at is 0
-- Nearly nobody is in doubt. Those few are judged one by one; of all others their consent alone decides, and it is found by a walk
-- along two indexes: a million take 15 s, not 45. The range stands beside the consents too, for PostgreSQL draws no conclusion from
-- equal numbers to a range of them.
-- Index: audience_lists_of_person, consent_running_once, consent_suppressed_key, consent_suppressed_pattern
-- Views: audience_on_list, audience_recipient, consent_doubtful, consent_running, consent_verdict
-- Test: tests/delivery/test_launch.py, tests/delivery/test_forecast.py
WITH doubtful AS MATERIALIZED (
    SELECT subscriber_id FROM consent_doubtful WHERE subscriber_id > %(after)s AND subscriber_id <= %(upto)s
), free AS (
    SELECT m.subscriber_id
      FROM audience_on_list m
      JOIN consent_running c ON c.subscriber_id = m.subscriber_id AND c.list_id = m.list_id
     WHERE m.list_id = ANY(%(lists)s) AND m.subscriber_id > %(after)s AND m.subscriber_id <= %(upto)s
       AND c.subscriber_id > %(after)s AND c.subscriber_id <= %(upto)s
       AND m.subscriber_id NOT IN (SELECT subscriber_id FROM doubtful)
     GROUP BY m.subscriber_id
     UNION ALL
    SELECT v.subscriber_id
      FROM consent_verdict v
     WHERE v.list_id = ANY(%(lists)s) AND v.subscriber_id IN (SELECT subscriber_id FROM doubtful)
     GROUP BY v.subscriber_id
    HAVING MIN(COALESCE(v.reason, '')) = ''
)
INSERT INTO delivery_delivery (mailing_id, variant_id, subscriber_id, state, attempt, due_at, code, receivers)
SELECT %(mailing)s, %(variant)s, subscriber_id, 'due', 0, 0, '',
       CASE WHEN %(receivers)s = '{}' THEN 0 ELSE COALESCE(
           (SELECT CAST(CAST(%(receivers)s AS jsonb) ->> LOWER(SPLIT_PART(r.email, '@', 2)) AS smallint)
              FROM audience_recipient r WHERE r.subscriber_id = free.subscriber_id), 0) END
  FROM free
