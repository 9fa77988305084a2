-- release_outgoing: give back claimed rows that were never begun, to the state they came from
-- Parameters: slice (fencing number), ids, due (seconds; 0 leaves the time as it was)
-- Index: primary key
-- Views: none
-- Test: tests/delivery/test_settle.py
UPDATE delivery_outgoing SET state = CASE WHEN attempt > 0 THEN 'retry' ELSE 'due' END, slice_id = NULL, due_at = MAX(due_at, %(due)s)
 WHERE id IN (SELECT value FROM json_each(%(ids)s)) AND slice_id = %(slice)s AND state = 'claimed'
