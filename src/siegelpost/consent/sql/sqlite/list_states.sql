-- list_states: until when each list of others counts (seconds since 1970), and up to whom people were compared with it
-- Parameters: none
-- Index: none; there are two lists at most
-- Reads the table consent_liststate.  Test: tests/delivery/test_listed.py
SELECT good_until, checked_upto FROM consent_liststate
