"""What happened to one subject is found without reading the whole log."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]

    operations = [migrations.AddIndex("entry", models.Index(fields=["subject", "id"], name="evidence_by_subject"))]
