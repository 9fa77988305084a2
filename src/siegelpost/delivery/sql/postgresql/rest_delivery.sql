-- rest_delivery: ids and attempts of the rows that a slice still holds
-- Parameters: slice
-- Index: delivery_claimed (deliveries)
-- Views: none
-- Test: tests/delivery/test_recover.py
SELECT id, attempt FROM delivery_delivery WHERE slice_id = %(slice)s AND state = 'claimed'
