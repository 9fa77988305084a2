"""What comes back from a mailing: bounces, complaints, unsubscriptions, and addresses that are retired.

Doors: `services` (record_bounce, record_complaint, record_unsubscribe), `reads` (counts of a mailing), `browse` and `texts` (single
bounces and what was written about them), `dsn` and `arf`
(reading what other servers send, pure), `rules` (what it means, pure).
"""
