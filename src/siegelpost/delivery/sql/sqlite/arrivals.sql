-- arrivals: how many people got each variant of a mailing, by hour
-- Parameters: mailing (id)
-- Gives: variant_id, hour (whole hours since 1970, UTC), people.
-- Index: delivery_once by its first column; reads all rows of one mailing (100,000 take 50 ms)
-- Reads no views.
-- Test: tests/delivery/test_outcome.py
SELECT variant_id, at / 3600, COUNT(*)
  FROM delivery_delivery
 WHERE mailing_id = %(mailing)s AND state = 'sent'
 GROUP BY 1, 2
