-- listed_people: the next people to compare with a list of others
-- Parameters: after (subscriber id), limit
-- Index: primary key of audience_subscriber
-- Reads the view audience_recipient.  Test: tests/delivery/test_listed.py
SELECT subscriber_id, email, address_key FROM audience_recipient WHERE subscriber_id > %(after)s ORDER BY subscriber_id LIMIT %(limit)s
