"""Patterns are few, suppressed addresses many: an index of their own, and the view asks in the words of that index."""

from importlib import import_module

from django.db import migrations, models

BEFORE = import_module("siegelpost.consent.migrations.0002_views").VERDICT
VERDICT = BEFORE.replace("s.pattern <> ''", "s.pattern > ''")


class Migration(migrations.Migration):
    """consent_verdict finds patterns by index; it says the same as before."""

    dependencies = [("consent", "0002_views")]

    operations = [
        migrations.AddIndex(
            "suppression",
            models.Index(fields=["pattern"], condition=models.Q(pattern__gt=""), name="consent_suppressed_pattern"),
        ),
        migrations.RunSQL(["DROP VIEW consent_verdict", VERDICT], ["DROP VIEW consent_verdict", BEFORE]),
    ]
