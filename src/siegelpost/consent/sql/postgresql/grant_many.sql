-- grant_many: one consent for each of many subscribers; whoever has a running grant of the list keeps it.
-- Parameters: ids (JSON list of subscriber ids), list_id, purpose, ground, source, import_id, snapshot (JSON), at.
-- Uses the partial unique index (subscriber_id, list_id, purpose) WHERE withdrawn_at IS NULL.
-- Reads no views.  Test: tests/consent/test_grants.py
INSERT INTO consent_consent
       (subscriber_id, list_id, purpose, ground, source, text_id, sign_up_id, import_id, snapshot, requested_at, granted_at, withdrawn_at, withdrawn_how)
SELECT j.value::bigint, %(list_id)s, %(purpose)s, %(ground)s, %(source)s, NULL, '', %(import_id)s, %(snapshot)s, NULL, %(at)s, NULL, ''
  FROM json_array_elements_text(%(ids)s::json) AS j(value)
ON CONFLICT DO NOTHING
