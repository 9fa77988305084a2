-- listed_of_mailing: keyed hashes of those on the lists of a mailing who stand on a list of others
-- Parameters: ids of the lists, one placeholder each in the place of /*lists*/; the source (ecg, robinson)
-- Index: consent_suppressed_key, audience_lists_of_person; hits are few
-- Reads the views audience_recipient and audience_on_list.  Test: tests/delivery/test_listed.py
SELECT s.key
  FROM consent_suppression s
  JOIN audience_recipient r ON r.address_key = s.key
 WHERE EXISTS (SELECT 1 FROM audience_on_list m WHERE m.subscriber_id = r.subscriber_id AND m.list_id IN (/*lists*/))
   AND s.kind = %s
 ORDER BY s.key
