-- add_members: put many people on one list; whoever is on it stays on it.
-- Parameters: ids (JSON list of subscriber ids), list_id, at.
-- Uses the unique index of audience_membership (list_id, subscriber_id).
-- Reads no views.  Test: tests/audience/test_bulk.py
INSERT INTO audience_membership (list_id, subscriber_id, added_at)
SELECT %(list_id)s, j.value, %(at)s
  FROM json_each(%(ids)s) AS j
 WHERE true
ON CONFLICT DO NOTHING
