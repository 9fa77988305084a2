-- agreeing: how many people have consented to mailings of at least one list
-- Parameters: none
-- Index: consent_running_once, which holds all that is asked for, in the order of people; SQLite would take a shorter one and sort
-- Reads the view audience_leaving: a list that is going away counts for nothing.
-- Test: tests/consent/test_numbers.py
SELECT COUNT(DISTINCT subscriber_id) FROM consent_consent INDEXED BY consent_running_once
 WHERE withdrawn_at IS NULL AND purpose = 'newsletter'
   AND list_id NOT IN (SELECT list_id FROM audience_leaving)
