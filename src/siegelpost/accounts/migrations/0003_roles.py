"""Tenants make roles of their own, and people have several."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_sessions")]

    operations = [
        migrations.CreateModel(
            name="Role",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tenant_number", models.BigIntegerField()),
                ("name", models.CharField(max_length=60)),
                ("rights", models.TextField()),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint("seat", "accounts_one_seat"),
        migrations.AlterField("seat", "role", models.CharField(max_length=30)),
        migrations.AddConstraint("role", models.UniqueConstraint(fields=("tenant_number", "name"), name="accounts_role_named_once")),
        migrations.AddConstraint("seat", models.UniqueConstraint(fields=("person", "tenant_number", "role"), name="accounts_seat_once")),
    ]
