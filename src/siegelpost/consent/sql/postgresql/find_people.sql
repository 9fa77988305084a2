-- find_people: numbers of one page of people, in the order that is asked for.
-- Parameters: skip and limit (rows); /*where*/ and /*order*/ are put together in consent/people.py from fixed words, with
-- list_id and the words that are searched as parameters.
-- Uses the index audience_by_address through the view audience_person, the unique index of memberships, and those of
-- suppressions and consents.
-- Reads the views audience_person, audience_on_list and consent_verdict.  Test: tests/consent/test_people.py
SELECT p.subscriber_id
  FROM audience_person p
 WHERE /*where*/
 ORDER BY /*order*/
 LIMIT %(limit)s OFFSET %(skip)s
