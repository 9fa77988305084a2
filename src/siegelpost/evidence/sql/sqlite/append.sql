-- append: write one act into the log; it gets its place later
-- Parameters: at, actor, act, subject, details (JSON)
-- Index: none is asked, evidence_by_subject grows
-- Reads no views.  Test: tests/evidence/test_append_only.py
INSERT INTO evidence_entry (at, actor, act, subject, details) VALUES (%(at)s, %(actor)s, %(act)s, %(subject)s, %(details)s)
