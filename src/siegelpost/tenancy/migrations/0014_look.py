"""How the public pages of a tenant look."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0013_public_hosts")]

    operations = [
        migrations.CreateModel(
            "Look",
            fields=[
                ("tenant_number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("accent", models.CharField(blank=True, default="", max_length=7)),
                ("logo", models.BinaryField(default=b"")),
            ],
        ),
    ]
