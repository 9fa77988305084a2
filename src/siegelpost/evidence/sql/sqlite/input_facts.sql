-- input_facts: what an input log must never hold, counted over all entries that are kept.
-- Parameters: now (what is later lies ahead of time), bound (transactions below it were compared), unnamed (what a note calls nobody).
-- Gives: entries, oldest moment, without the number of a record, of no known kind, with a sign that only addresses have, ahead of time,
-- more than a second before the entry before them, of which nobody is known to have acted.
-- Index: none, one pass in the order of the primary key; the unique index of evidence_inputnote (tx) for each entry.
-- Test: tests/governance/test_checks_of_the_input_log.py
SELECT count(*), min(at),
       count(CASE WHEN subscriber_id IS NULL OR subscriber_id < 1 THEN 1 END),
       count(CASE WHEN kind NOT BETWEEN 1 AND 4 THEN 1 END),
       count(CASE WHEN instr(fields, '@') > 0 THEN 1 END),
       count(CASE WHEN at > %(now)s THEN 1 END),
       count(CASE WHEN julianday(at) < julianday(before) - 1.0 / 86400 THEN 1 END),
       count(CASE WHEN tx < %(bound)s AND coalesce(actor, '') IN ('', %(unnamed)s) THEN 1 END)
  FROM (SELECT e.at, e.subscriber_id, e.kind, e.fields, e.tx, n.actor, lag(e.at) OVER (ORDER BY e.id) AS before
          FROM evidence_inputentry e LEFT JOIN evidence_inputnote n ON n.tx = e.tx) AS entry
