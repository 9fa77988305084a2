"""When people were told that their unused account will be blocked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_stays")]

    operations = [migrations.AddField("person", "dormant_told_at", models.DateTimeField(null=True))]
