-- find_many: who of many people is stored already, and who of them is on the list.
-- Parameters: count (of keys), keys (16 bytes each, one after the other), list_id.
-- Gives: address_key, id, fields, on_list, of those that are stored. Locks them, so that a change is based on what was read.
-- Uses the unique indexes of audience_subscriber (address_key) and audience_membership (list_id, subscriber_id).
-- Reads no views.  Test: tests/audience/test_bulk.py
SELECT s.address_key, s.id, s.fields,
       EXISTS (SELECT 1 FROM audience_membership m WHERE m.list_id = %(list_id)s AND m.subscriber_id = s.id)
  FROM audience_subscriber s
 WHERE s.address_key IN (SELECT substring(%(keys)s::bytea FROM 1 + 16 * number FOR 16) FROM generate_series(0, %(count)s - 1) AS number)
 ORDER BY s.id
   FOR UPDATE OF s
