"""What a tenant asks of its staff at the door."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_roles")]

    operations = [
        migrations.CreateModel(
            name="EntryRule",
            fields=[
                ("tenant_number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("second_factor", models.JSONField(default=list)),
                ("changed_at", models.DateTimeField()),
            ],
        ),
    ]
