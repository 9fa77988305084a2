from django.db import migrations, models


class Migration(migrations.Migration):
    """How many people were in the answers that programs got."""

    dependencies = [("disclosures", "0002_handed_out")]

    operations = [migrations.AddField("handedout", "people", models.BigIntegerField(default=0, db_default=0))]
