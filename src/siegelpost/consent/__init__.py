"""Who may be written to: consent with its proof, sign-ups that wait for confirmation, and every reason never to send.

Doors: `forms`, `grants`, `reads`, `sign_ups`, `suppression`, `texts`, `confirmation_mail`.
Views that other rooms may read in SQL: `consent_now`, `suppression_now`, `blacklist_patterns`.
"""
