"""Tenants that go, and the certificates of those that are gone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0014_look")]

    operations = [
        migrations.CreateModel(
            name="Departure",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("slug", models.CharField(db_index=True, max_length=30)),
                ("name", models.CharField(max_length=200)),
                ("own", models.BooleanField()),
                ("vendor", models.CharField(max_length=12)),
                ("actor", models.CharField(max_length=80)),
                ("begun_at", models.DateTimeField()),
                ("facts", models.JSONField(default=dict)),
                ("steps", models.JSONField(default=dict)),
                ("sealed", models.BinaryField(default=b"")),
                ("done_at", models.DateTimeField(null=True)),
                ("certificate", models.JSONField(null=True)),
            ],
        ),
    ]
