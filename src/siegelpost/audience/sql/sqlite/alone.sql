-- alone: how many people of one list are on no other list.
-- Parameters: list_id.
-- Gives: people.
-- Uses the unique index of audience_membership (list_id, subscriber_id) and audience_lists_of_person (subscriber_id, list_id).
-- Both sides of EXCEPT come in the order that ORDER BY names: SQLite walks along them side by side and looks nobody up.
-- Reads the view audience_on_list: a list that is going away is no other list.  Test: tests/audience/test_leaving.py
SELECT COUNT(*)
  FROM (SELECT subscriber_id FROM audience_membership WHERE list_id = %(list_id)s
        EXCEPT
        SELECT subscriber_id FROM audience_on_list WHERE list_id <> %(list_id)s
         ORDER BY subscriber_id)
