"""Tenants lie below tenants, try things out, and end."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0011_operator_visits")]

    operations = [
        migrations.AddField(
            "tenant", "parent", models.ForeignKey("tenancy.tenant", null=True, on_delete=models.deletion.PROTECT, related_name="+")
        ),
        migrations.AddField("tenant", "sub_accounts", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("tenant", "test", models.BooleanField(default=False)),
        migrations.AddField("tenant", "ends_at", models.DateTimeField(null=True)),
        migrations.AddField("tenant", "end_told", models.PositiveSmallIntegerField(null=True)),
        migrations.AddConstraint(
            "tenant",
            models.CheckConstraint(condition=models.Q(parent=None) | models.Q(parent__lt=models.F("number")), name="tenancy_parent_first"),
        ),
        migrations.CreateModel(
            "Announced",
            fields=[
                ("tenant_number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("version", models.BigIntegerField()),
            ],
        ),
    ]
