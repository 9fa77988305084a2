-- drop_members: take many people off one list.
-- Parameters: ids (JSON list of subscriber ids), list_id.
-- Uses the unique index of audience_membership (list_id, subscriber_id).
-- Reads no views.  Test: tests/audience/test_leaving.py
DELETE FROM audience_membership
 WHERE list_id = %(list_id)s AND subscriber_id IN (SELECT value::bigint FROM json_array_elements_text(%(ids)s::json))
