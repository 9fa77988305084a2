"""Who may be written to: consent with its proof, sign-ups that wait for confirmation, and every reason never to send.

Doors: `asked`, `forms`, `grants`, `opt_outs` (the lists), `opt_out_set_ups`, `opt_out_notices`, `renewals`,
`numbers`, `people` (search), `reads`, `returning`, `sign_ups`, `suppression`, `suppression_import`, `blacklist`,
`inherited` (what the account above keeps on its blacklist), `texts`, `confirmation_mail`.
Views that other rooms may read in SQL: `consent_verdict` (why a person must not be written to on a list, NULL where it is allowed); and
for counting many at once `consent_running` (whose consent for which list is running) and `consent_in_doubt` (everybody whom a
suppression could hit: perhaps too many, never too few), and `consent_doubtful` (the same people, for taking them in ranges). Only the
first one decides. `consent_asked_again`: whom a mailing asks to renew an old consent.
"""
