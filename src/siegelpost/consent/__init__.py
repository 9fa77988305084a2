"""Who may be written to: consent with its proof, sign-ups that wait for confirmation, and every reason never to send.

Doors: `forms`, `grants`, `reads`, `returning`, `sign_ups`, `suppression`, `texts`, `confirmation_mail`.
View that other rooms may read in SQL: `consent_verdict` (why a person must not be written to on a list, NULL where it is allowed).
"""
