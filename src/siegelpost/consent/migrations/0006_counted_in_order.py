"""To count everybody on a list: consents in the order of people, and suppressed domains looked up in an index."""

from importlib import import_module
from typing import Any

from django.db import migrations, models

BEFORE = import_module("siegelpost.consent.migrations.0005_many_at_once")
RUNNING = """
CREATE VIEW consent_running AS
SELECT list_id, subscriber_id
  FROM consent_consent
 WHERE purpose = 'newsletter' AND withdrawn_at IS NULL
"""
OTHER = "s.pattern > '' AND (SUBSTR(s.pattern, 1, 2) <> '%@' OR {at}(SUBSTR(s.pattern, 2), '%') > 0 OR {at}(s.pattern, '\\') > 0)"
"""Nearly all patterns are a whole domain ("%@example.org"); these are not."""
IN_DOUBT = """
CREATE VIEW consent_in_doubt AS
SELECT r.subscriber_id
  FROM consent_suppression s
  JOIN audience_recipient r ON r.address_key = s.key
 UNION ALL
SELECT p.subscriber_id
  FROM {by_domain}
 UNION ALL
SELECT p.subscriber_id
  FROM consent_suppression s
 CROSS JOIN audience_person p
 WHERE {other} AND p.by_address >= '' AND p.by_address LIKE s.pattern ESCAPE '\\'
   AND EXISTS (SELECT 1 FROM consent_suppression s WHERE {other})
"""
"""Suppressions lead to people here, not people to suppressions. Domains are looked up; each other pattern costs a walk over the
addresses (40 ms for 100,000 people), and where there is none, EXISTS spares PostgreSQL the first. `by_address >= ''` is true for
everybody and lets SQLite read addresses from the index."""
BY_DOMAIN = {
    "sqlite": """consent_suppression s
 CROSS JOIN audience_person p
 WHERE s.pattern > '' AND p.by_domain = SUBSTR(s.pattern, 2)""",
    "postgresql": """audience_person p
 WHERE p.by_domain = ANY (ARRAY(SELECT SUBSTR(pattern, 2) FROM consent_suppression WHERE pattern > ''))""",
}
"""An array keeps PostgreSQL from joining: it takes 5,000 people for each pattern, and would read all addresses at once."""
AT = {"sqlite": "INSTR", "postgresql": "STRPOS"}


def make(apps: Any, editor: Any) -> None:
    """Each engine is asked in the words that lead it along the index."""
    vendor = editor.connection.vendor
    BEFORE.unmake(apps, editor)
    editor.execute(RUNNING)
    editor.execute(IN_DOUBT.format(by_domain=BY_DOMAIN[vendor], other=OTHER.format(at=AT[vendor])), params=None)


def unmake(apps: Any, editor: Any) -> None:
    """Back to before."""
    for view in ("consent_running", "consent_in_doubt"):
        editor.execute(f"DROP VIEW {view}")
    BEFORE.make(apps, editor)


class Migration(migrations.Migration):
    """consent_running (whose consent for which list is running) is published in the place of consent_agreed."""

    dependencies = [("consent", "0005_many_at_once"), ("audience", "0006_counted_in_order")]

    operations = [
        migrations.RemoveIndex("consent", "consent_running_of_list"),
        migrations.AddIndex(
            "consent",
            models.Index(
                fields=["list_id", "purpose", "subscriber_id", "withdrawn_at"],
                condition=models.Q(withdrawn_at=None),
                name="consent_running_in_order",
            ),
        ),
        migrations.RunPython(make, unmake),
    ]
