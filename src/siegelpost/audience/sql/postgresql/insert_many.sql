-- insert_many: store many new people; whoever was stored meanwhile stays as they are, and their id is given too.
-- Parameters: rows (JSON list of [email, fields]), keys (16 bytes each, in the same order), at.
-- Gives: address_key, id.
-- Uses the unique index of audience_subscriber (address_key).
-- Reads no views.  Test: tests/audience/test_bulk.py
INSERT INTO audience_subscriber (email, address_key, fields, language, created_at, updated_at)
SELECT j.value ->> 0, substring(%(keys)s::bytea FROM (16 * j.number - 15)::int FOR 16), j.value -> 1, '', %(at)s, %(at)s
  FROM jsonb_array_elements(%(rows)s::jsonb) WITH ORDINALITY AS j(value, number)
ON CONFLICT (address_key) DO UPDATE SET updated_at = audience_subscriber.updated_at
RETURNING address_key, id
