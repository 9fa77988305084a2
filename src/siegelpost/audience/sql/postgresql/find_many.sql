-- find_many: who of many people is stored already, and who of them is on the list.
-- Parameters: count (of keys), keys (16 bytes each, one after the other, sorted), list_id.
-- Gives: address_key, id, fields, on_list, of those that are stored. Locks them, so that a change is based on what was read;
-- always in the order of the keys, so that two imports cannot wait for each other.
-- Each LATERAL with its LIMIT is one look into the unique index of audience_subscriber (address_key) or of audience_membership
-- (list_id, subscriber_id); a plain join or EXISTS makes the planner read the whole table for each batch.
-- Reads no views.  Test: tests/audience/test_bulk.py
SELECT s.address_key, s.id, s.fields, m.on_list IS NOT NULL
  FROM generate_series(0, %(count)s - 1) AS wanted(number)
 CROSS JOIN LATERAL (
        SELECT address_key, id, fields
          FROM audience_subscriber
         WHERE address_key = substring(%(keys)s::bytea FROM 1 + 16 * wanted.number FOR 16)
         LIMIT 1
           FOR UPDATE
       ) AS s
  LEFT JOIN LATERAL (
        SELECT true AS on_list
          FROM audience_membership
         WHERE list_id = %(list_id)s AND subscriber_id = s.id
         LIMIT 1
       ) AS m ON true
