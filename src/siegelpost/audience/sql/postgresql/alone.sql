-- alone: how many people of one list are on no other list.
-- Parameters: list_id.
-- Gives: people.
-- Uses the unique index of audience_membership (list_id, subscriber_id) and audience_lists_of_person (subscriber_id, list_id).
-- Reads the view audience_on_list: a list that is going away is no other list.  Test: tests/audience/test_leaving.py
-- The number of the list stands in both places: so PostgreSQL reads only members of others, mostly few, beside those of this one.
SELECT COUNT(*)
  FROM audience_membership m
 WHERE m.list_id = %(list_id)s
   AND NOT EXISTS (SELECT 1 FROM audience_on_list o WHERE o.subscriber_id = m.subscriber_id AND o.list_id <> %(list_id)s)
