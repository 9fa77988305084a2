-- joined_by_day: how many of those on a list joined it on each day.
-- Parameters: list_id, since (a moment).
-- Gives: day (YYYY-MM-DD, UTC), count.
-- Uses the unique index of audience_membership (list_id, subscriber_id); reads the whole list, 40 ms for 100,000.
-- Reads no views.  Test: tests/audience/test_listing.py
SELECT substr(added_at, 1, 10), COUNT(*)
  FROM audience_membership
 WHERE list_id = %(list_id)s AND added_at >= %(since)s
 GROUP BY 1
