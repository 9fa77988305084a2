"""People are invited by mail: the row says so, and knows nobody."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_limits")]

    operations = [
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tenant_number", models.BigIntegerField()),
                ("email", models.EmailField(max_length=254)),
                ("name", models.CharField(blank=True, default="", max_length=100)),
                ("roles", models.JSONField()),
                ("last_day", models.DateField(null=True)),
                ("above", models.BooleanField(default=False)),
                ("by", models.CharField(max_length=40)),
                ("approval", models.BigIntegerField(null=True)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("until", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tenant_number", "email"), name="accounts_invited_once")],
            },
        ),
    ]
