-- end_of_list: end the running consents of many people for one list.
-- Parameters: ids (JSON list of subscriber ids), list_id, at, how.
-- Uses the partial unique index consent_running_once (subscriber_id, list_id, purpose) WHERE withdrawn_at IS NULL.
-- Reads no views.  Test: tests/consent/test_end_of_list.py
UPDATE consent_consent
   SET withdrawn_at = %(at)s, withdrawn_how = %(how)s
 WHERE list_id = %(list_id)s AND withdrawn_at IS NULL AND subscriber_id IN (SELECT value FROM json_each(%(ids)s))
