-- newcomers: of a claimed slice, who came by an import and has had no other mailing, with the source that the import declared
-- Parameters: slice, lists
-- Index: delivery_claimed, consent_running_once, delivery_reached
-- Views: consent_imported
-- Test: tests/delivery/test_first_mail.py
SELECT d.subscriber_id, MIN(c.source)
  FROM delivery_delivery d
  JOIN consent_imported c ON c.subscriber_id = d.subscriber_id
 WHERE d.slice_id = %(slice)s AND d.state = 'claimed' AND c.list_id IN (SELECT value FROM json_each(%(lists)s))
   AND NOT EXISTS (SELECT 1 FROM delivery_delivery o
                    WHERE o.subscriber_id = d.subscriber_id AND o.state = 'sent' AND o.mailing_id <> d.mailing_id)
 GROUP BY d.subscriber_id
