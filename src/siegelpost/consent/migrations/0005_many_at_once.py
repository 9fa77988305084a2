"""Views and indexes for questions about everybody on a list at once; about one person `consent_verdict` is asked, as before."""

from typing import Any

from django.db import migrations, models

AGREED = """
CREATE VIEW consent_agreed AS
SELECT m.subscriber_id, m.list_id
  FROM audience_on_list m
 CROSS JOIN consent_consent c
 WHERE c.subscriber_id = m.subscriber_id AND c.list_id = m.list_id AND c.purpose = 'newsletter' AND c.withdrawn_at IS NULL
"""
"""CROSS JOIN keeps SQLite on the way from the list to the consents, both in the order of people."""
IN_DOUBT = """
CREATE VIEW consent_in_doubt AS
SELECT r.subscriber_id
  FROM consent_suppression s
  JOIN audience_recipient r ON r.address_key = s.key
 UNION ALL
SELECT p.subscriber_id
  FROM audience_person p
  JOIN consent_suppression s ON s.pattern = '%' || SUBSTR(p.by_address, {at}(p.by_address, '@'))
 WHERE s.pattern > '' AND p.by_address >= '' AND EXISTS (SELECT 1 FROM consent_suppression WHERE pattern > '')
 UNION ALL
SELECT p.subscriber_id
  FROM consent_suppression s
 CROSS JOIN audience_person p
 WHERE s.pattern > '' AND p.by_address >= '' AND p.by_address LIKE s.pattern ESCAPE '\\'
   AND (SUBSTR(s.pattern, 1, 2) <> '%@' OR {at}(SUBSTR(s.pattern, 2), '%') > 0 OR {at}(s.pattern, '\\') > 0)
"""
"""Suppressions lead to people here, not people to suppressions. Nearly all patterns are a whole domain ("%@example.org"): those are
looked up by the domain of each address, in one walk for all of them; each of the others costs a walk of its own (40 ms for 100,000
people). `by_address >= ''` is true for everybody and lets SQLite read addresses from the index."""
VIEWS = ("consent_agreed", "consent_in_doubt")


def make(apps: Any, editor: Any) -> None:
    """Position of a text in another is asked in other words by each engine."""
    editor.execute(AGREED)
    editor.execute(IN_DOUBT.format(at="STRPOS" if editor.connection.vendor == "postgresql" else "INSTR"), params=None)


def unmake(apps: Any, editor: Any) -> None:
    """Back to before."""
    for view in VIEWS:
        editor.execute(f"DROP VIEW {view}")


class Migration(migrations.Migration):
    """consent_agreed (who is on a list and agreed to it) and consent_in_doubt (whom a suppression could hit) are published."""

    dependencies = [("consent", "0004_form_versions"), ("audience", "0005_growth_indexes")]

    operations = [
        migrations.AddIndex(
            "consent",
            models.Index(fields=["subscriber_id"], condition=models.Q(withdrawn_at__isnull=False), name="consent_ended"),
        ),
        migrations.AddIndex(
            "consent",
            models.Index(fields=["list_id", "purpose"], condition=models.Q(withdrawn_at=None), name="consent_running_of_list"),
        ),
        migrations.RunPython(make, unmake),
    ]
