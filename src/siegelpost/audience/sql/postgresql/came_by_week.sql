-- came_by_week: how many of those who are stored now came in each week
-- Parameters: weeks (JSON list of [first moment, first moment of the next week], as the engine writes moments)
-- Gives: place of the week in the list, people.
-- Index: audience_came, which holds all that is asked for; 100,000 take 10 ms
-- Reads no views.
-- Test: tests/audience/test_growth.py
SELECT w.number - 1, (SELECT COUNT(*) FROM audience_subscriber s WHERE s.created_at >= (w.value ->> 0)::timestamptz AND s.created_at < (w.value ->> 1)::timestamptz)
  FROM json_array_elements(%(weeks)s::json) WITH ORDINALITY AS w(value, number)
