-- arrived: who got a mailing with measured addresses, by hour, without those at some domains; of each hour up to so many
-- Parameters: mailing, domains (JSON array), most
-- Gives: hour (whole hours since 1970, UTC), subscriber_id.
-- Index: delivery_once by its first column; reads all rows of one mailing
-- Views: audience_recipient
-- Test: tests/measure/test_self_attack.py
SELECT hour, subscriber_id
  FROM (SELECT d.at / 3600 AS hour, d.subscriber_id, ROW_NUMBER() OVER (PARTITION BY d.at / 3600 ORDER BY d.subscriber_id) AS place
          FROM delivery_delivery d LEFT JOIN audience_recipient r ON r.subscriber_id = d.subscriber_id
         WHERE d.mailing_id = %(mailing)s AND d.state = 'sent' AND NOT d.plain
           AND NOT EXISTS (SELECT 1 FROM json_each(%(domains)s) o WHERE '.' || SUBSTR(r.email, INSTR(r.email, '@') + 1) LIKE '%%.' || o.value)) AS each_hour
 WHERE place <= %(most)s
