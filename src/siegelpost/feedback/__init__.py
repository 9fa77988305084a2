"""What comes back from a mailing: bounces, complaints, unsubscriptions, and addresses that are retired.

Doors: `services` (record_bounce, record_complaint, record_unsubscribe), `reads` (counts of a mailing), `browse` and `texts` (single
bounces and what was written about them), `replies` (answers that were read as a withdrawal), `dsn`, `arf` and `answers` (reading what
others send, pure), `rules` and `withdrawal` (what it means, pure).
"""
