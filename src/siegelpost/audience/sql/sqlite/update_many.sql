-- update_many: give many people new values of their fields.
-- Parameters: rows (JSON list of [subscriber id, all fields]), at.
-- Uses the index of the primary key of audience_subscriber.
-- Reads no views.  Test: tests/audience/test_bulk.py
UPDATE audience_subscriber
   SET fields = j.value -> 1, updated_at = %(at)s
  FROM json_each(%(rows)s) AS j
 WHERE audience_subscriber.id = j.value ->> 0
