-- agreeing: how many people have consented to mailings of at least one list
-- Parameters: none
-- Index: consent_running_once, which holds all that is asked for
-- Reads no views.
-- Test: tests/consent/test_numbers.py
SELECT COUNT(DISTINCT subscriber_id) FROM consent_consent WHERE withdrawn_at IS NULL AND purpose = 'newsletter'
