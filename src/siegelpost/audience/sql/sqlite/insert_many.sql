-- insert_many: store many new people; whoever is stored already stays as they are.
-- Parameters: rows (JSON list of [email, fields]), keys (16 bytes each, in the same order), at.
-- Gives: address_key, id of those that are new.
-- Uses the unique index of audience_subscriber (address_key).
-- Reads no views.  Test: tests/audience/test_bulk.py
INSERT INTO audience_subscriber (email, address_key, fields, language, created_at, updated_at)
SELECT j.value ->> 0, substr(%(keys)s, 1 + 16 * j.key, 16), j.value -> 1, '', %(at)s, %(at)s
  FROM json_each(%(rows)s) AS j
 WHERE true
ON CONFLICT (address_key) DO NOTHING
RETURNING address_key, id
