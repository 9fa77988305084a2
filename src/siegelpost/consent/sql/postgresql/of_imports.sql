-- of_imports: everybody whose running consent rests on the word of one of these imports, each once, with the keyed hash of the address
-- Parameters: imports (JSON array of ids)
-- Index: consent_of_import
-- Views: audience_recipient
-- Test: tests/intake/test_samples.py
SELECT DISTINCT c.subscriber_id, r.address_key
  FROM consent_consent c
  JOIN audience_recipient r ON r.subscriber_id = c.subscriber_id
 WHERE c.withdrawn_at IS NULL AND c.import_id IS NOT NULL
   AND c.import_id IN (SELECT CAST(value AS bigint) FROM jsonb_array_elements_text(CAST(%(imports)s AS jsonb)))
