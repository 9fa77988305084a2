"""Links with which people who forgot their password set a new one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_leaving")]

    operations = [
        migrations.CreateModel(
            name="PasswordReset",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person_id", models.BigIntegerField(null=True)),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
                ("until", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=("digest",), name="accounts_reset_found")]},
        ),
    ]
