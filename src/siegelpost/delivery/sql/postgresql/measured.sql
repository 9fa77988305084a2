-- measured: how many people got a variant with measured addresses before a moment, counted up to so many
-- Parameters: mailing, variant, before (seconds since 1970), most
-- Index: delivery_once
-- Views: none
-- Test: tests/delivery/test_plain.py
SELECT COUNT(*)
  FROM (SELECT 1
          FROM delivery_delivery
         WHERE mailing_id = %(mailing)s AND variant_id = %(variant)s AND state = 'sent' AND NOT plain AND at < %(before)s
         LIMIT %(most)s) AS found
