-- measured_hours: how many people got a variant with measured addresses, by hour
-- Parameters: mailing, variant
-- Gives: hour (whole hours since 1970, UTC), people.
-- Index: delivery_once by its first column; reads all rows of one mailing (100,000 take 50 ms)
-- Views: none
-- Test: tests/measure/test_aggregate.py
SELECT at / 3600, COUNT(*)
  FROM delivery_delivery
 WHERE mailing_id = %(mailing)s AND variant_id = %(variant)s AND state = 'sent' AND NOT plain
 GROUP BY 1
