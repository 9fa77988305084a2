"""Who may be written to: consent with its proof, sign-ups that wait for confirmation, and every reason never to send.

Doors: `forms`, `grants`, `numbers`, `people` (search), `reads`, `returning`, `sign_ups`, `suppression`, `suppression_import`, `blacklist`,
`texts`, `confirmation_mail`.
View that other rooms may read in SQL: `consent_verdict` (why a person must not be written to on a list, NULL where it is allowed).
"""
