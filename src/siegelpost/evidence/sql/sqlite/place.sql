-- place: give one entry its place in the log
-- Parameters: place (1, 2, 3 ...), entry_id, salt, hash
-- Index: the primary key and the unique one of entry_id: two processes cannot give a place twice, or two to one entry
-- Reads no views.  Test: tests/evidence/test_seal.py
INSERT INTO evidence_leaf (id, entry_id, salt, hash) VALUES (%(place)s, %(entry_id)s, %(salt)s, %(hash)s)
