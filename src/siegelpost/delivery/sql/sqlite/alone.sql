-- alone: people who are in one of two frozen audiences alone, up to so many
-- Parameters: one, other (mailings), most
-- Index: delivery_once
-- Views: none
-- Test: tests/measure/test_report.py, tests/measure/test_self_attack.py
SELECT subscriber_id
  FROM (SELECT d.subscriber_id FROM delivery_delivery d
         WHERE d.mailing_id = %(one)s
           AND NOT EXISTS (SELECT 1 FROM delivery_delivery o WHERE o.mailing_id = %(other)s AND o.subscriber_id = d.subscriber_id)
         UNION ALL
        SELECT d.subscriber_id FROM delivery_delivery d
         WHERE d.mailing_id = %(other)s
           AND NOT EXISTS (SELECT 1 FROM delivery_delivery o WHERE o.mailing_id = %(one)s AND o.subscriber_id = d.subscriber_id)
         LIMIT %(most)s) AS found
