"""Consents that rest on the word of an import: counted, drawn from, and told where they come from."""

from django.db import migrations, models

IMPORTED = """
CREATE VIEW consent_imported AS
SELECT subscriber_id, list_id, source
  FROM consent_consent
 WHERE import_id IS NOT NULL AND purpose = 'newsletter' AND withdrawn_at IS NULL
"""


class Migration(migrations.Migration):
    """consent_imported is published: who came by an import, and where it said that they are from."""

    dependencies = [("consent", "0013_purposes")]

    operations = [
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(
                fields=["import_id", "subscriber_id"],
                condition=models.Q(import_id__isnull=False, withdrawn_at=None),
                name="consent_of_import",
            ),
        ),
        migrations.RunSQL(IMPORTED, "DROP VIEW consent_imported"),
    ]
