-- input_triggers: how many of the triggers that write the input log are there and work.
-- Parameters: none.
-- Index: none, it reads the catalogue.
-- Test: tests/evidence/test_input_log.py
SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'inputs!_%%' ESCAPE '!' AND tgenabled IN ('O', 'A')
