"""PostgreSQL looks people up for each suppression, as SQLite always did, instead of reading all of them for each count."""

from importlib import import_module
from typing import Any

from django.db import migrations

BEFORE = import_module("siegelpost.consent.migrations.0006_counted_in_order")
IN_DOUBT = """
SELECT r.subscriber_id
  FROM consent_suppression s
 CROSS JOIN LATERAL (SELECT subscriber_id FROM audience_recipient WHERE address_key = s.key OFFSET 0) r
 UNION ALL
SELECT p.subscriber_id
  FROM consent_suppression s
 CROSS JOIN LATERAL (SELECT subscriber_id FROM audience_person WHERE by_domain = SUBSTR(s.pattern, 2) OFFSET 0) p
 WHERE s.pattern > ''
 UNION ALL
SELECT p.subscriber_id
  FROM consent_suppression s
 CROSS JOIN audience_person p
 WHERE {other} AND p.by_address >= '' AND p.by_address LIKE s.pattern ESCAPE '\\'
   AND EXISTS (SELECT 1 FROM consent_suppression s WHERE {other})
"""
"""OFFSET 0 is a fence: PostgreSQL takes 5,000 people for each pattern and every second suppression for one of somebody, and would
read all addresses at once. By key and by domain a lookup takes 5 us."""


def make(apps: Any, editor: Any) -> None:
    """The same people, found in another way."""
    if editor.connection.vendor == "postgresql":
        other = BEFORE.OTHER.format(at=BEFORE.AT["postgresql"])
        editor.execute("CREATE OR REPLACE VIEW consent_in_doubt AS" + IN_DOUBT.format(other=other), params=None)


def unmake(apps: Any, editor: Any) -> None:
    """Back to before."""
    if editor.connection.vendor == "postgresql":
        before = BEFORE.IN_DOUBT.format(by_domain=BEFORE.BY_DOMAIN["postgresql"], other=BEFORE.OTHER.format(at=BEFORE.AT["postgresql"]))
        editor.execute(before.replace("CREATE VIEW", "CREATE OR REPLACE VIEW"), params=None)


class Migration(migrations.Migration):
    """consent_in_doubt says the same as before."""

    dependencies = [("consent", "0006_counted_in_order")]

    operations = [migrations.RunPython(make, unmake)]
