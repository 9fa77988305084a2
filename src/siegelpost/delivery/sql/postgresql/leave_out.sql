-- leave_out: take one range of people out of a frozen audience again who are not asked by this mailing; nothing was sent to them
-- Parameters: mailing, after and upto (range of subscriber ids)
-- Index: delivery_once, consent_asked_of
-- Views: consent_asked_again
-- Test: tests/public/test_renewals.py
DELETE FROM delivery_delivery
 WHERE mailing_id = %(mailing)s AND subscriber_id > %(after)s AND subscriber_id <= %(upto)s AND state = 'due'
   AND NOT EXISTS (SELECT 1 FROM consent_asked_again a WHERE a.mailing_id = %(mailing)s AND a.subscriber_id = delivery_delivery.subscriber_id)
