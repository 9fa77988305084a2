-- measurable: how many of a frozen audience would get measured addresses, counted up to so many
-- Parameters: mailing, domains (JSON array: those of the tenant), most
-- Index: delivery_once, that of consent_unmeasured
-- Views: audience_recipient, consent_not_measured
-- Test: tests/delivery/test_plain.py
SELECT COUNT(*)
  FROM (SELECT 1
          FROM delivery_delivery d JOIN audience_recipient r ON r.subscriber_id = d.subscriber_id
         WHERE d.mailing_id = %(mailing)s
           AND NOT EXISTS (SELECT 1 FROM consent_not_measured n WHERE n.address_key = r.address_key)
           AND NOT EXISTS (SELECT 1 FROM jsonb_array_elements_text(CAST(%(domains)s AS jsonb)) o (value) WHERE '.' || SPLIT_PART(r.email, '@', 2) LIKE '%%.' || o.value)
         LIMIT %(most)s) AS found
