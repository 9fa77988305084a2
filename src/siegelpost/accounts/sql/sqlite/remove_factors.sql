-- remove_factors: take all second factors and recovery codes from one person
-- Parameters: person. It is SQL, for worker and commands do not know the tables of django-allauth.
-- Index: mfa_authenticator_user_id
-- Reads no views.  Test: tests/accounts/test_controls.py
DELETE FROM mfa_authenticator WHERE user_id = %(person)s
