-- with_factor: numbers of people who have a second factor; recovery codes alone are none
-- Parameters: none. It is SQL, for the worker that asks it does not know the tables of django-allauth.
-- Index: mfa_authenticator_user_id; there are as many rows as people have factors
-- Reads no views.  Test: tests/accounts/test_controls.py
SELECT DISTINCT user_id FROM mfa_authenticator WHERE type IN ('totp', 'webauthn')
