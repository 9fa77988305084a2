-- settle_delivery: write one outcome for many claimed rows; rows of a lease that is no longer ours are left alone
-- Parameters: state, code, at (seconds), due (seconds, for those tried again), tried (0 or 1, added to the attempts), slice (fencing number), ids (JSON array or array)
-- Index: primary key
-- Views: none
-- Test: tests/delivery/test_settle.py
UPDATE delivery_delivery SET state = %(state)s, code = %(code)s, at = %(at)s, due_at = %(due)s, attempt = attempt + %(tried)s, slice_id = NULL
 WHERE id = ANY(%(ids)s) AND slice_id = %(slice)s AND state = 'claimed'
