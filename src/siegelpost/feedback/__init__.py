"""What comes back from a mailing: bounces, complaints, unsubscriptions, and addresses that are retired.

Doors: `services` (record_bounce, record_complaint, record_unsubscribe), `reads` (counts of a mailing), `browse` and `texts` (single
bounces and what was written about them), `brakes` (mailings that came back too often), `replies` (answers that were read as a
withdrawal), `domain_reports` (DMARC and TLS reports about sender domains), `hooks` (what mail providers post); pure: `dsn`, `arf`,
`answers`, `dmarc`, `tls_report` and `unpack` (reading what others send), `rules` and `withdrawal` (what it means).
"""
