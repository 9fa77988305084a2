"""Certificates that tenants bring for their own names."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0015_departures")]

    operations = [
        migrations.CreateModel(
            "HostKey",
            fields=[
                (
                    "host",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to="tenancy.publichost"
                    ),
                ),
                ("chain", models.TextField()),
                ("sealed", models.BinaryField()),
                ("fingerprint", models.CharField(max_length=64)),
                ("valid_until", models.DateTimeField()),
                ("brought_at", models.DateTimeField()),
            ],
        ),
    ]
