-- hold_lists: which of these lists are there, and keep anybody from deleting them; SQLite holds everything in place anyway.
-- Parameters: ids (JSON list of list ids).
-- Gives: id.
-- Index: the primary key of audience_list; lists are some hundreds.
-- Reads no views.  Test: tests/audience/test_leaving.py
SELECT id
  FROM audience_list
 WHERE leaving_at IS NULL AND id IN (SELECT value FROM json_each(%(ids)s))
