-- input_triggers: how many of the triggers that write the input log are there and work.
-- Parameters: none.
-- Index: none, it reads the catalogue.
-- Test: tests/evidence/test_input_log.py
SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'inputs!_%%' ESCAPE '!'
