-- find_many: who of many people is stored already, and who of them is on the list.
-- Parameters: count (of keys), keys (16 bytes each, one after the other), list_id.
-- Gives: address_key, id, fields, on_list (1 or 0), of those that are stored.
-- Uses the unique indexes of audience_subscriber (address_key) and audience_membership (list_id, subscriber_id).
-- Reads no views.  Test: tests/audience/test_bulk.py
WITH RECURSIVE wanted(number) AS (
    SELECT 0
    UNION ALL
    SELECT number + 1 FROM wanted WHERE number + 1 < %(count)s
)
SELECT s.address_key, s.id, s.fields,
       EXISTS (SELECT 1 FROM audience_membership m WHERE m.list_id = %(list_id)s AND m.subscriber_id = s.id)
  FROM wanted w
 CROSS JOIN audience_subscriber s
 WHERE s.address_key = substr(%(keys)s, 1 + 16 * w.number, 16)
