"""People who leave: when, what was taken away, what is left to do."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_identities")]

    operations = [
        migrations.CreateModel(
            name="Leaving",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tenant_number", models.BigIntegerField(db_index=True)),
                ("last_day", models.DateField()),
                ("ends_at", models.DateTimeField()),
                ("heir_id", models.BigIntegerField(null=True)),
                ("unheired", models.BooleanField(default=False)),
                ("by", models.CharField(max_length=40)),
                ("created_at", models.DateTimeField()),
                ("acted_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("returned_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("keeps_shut", models.BooleanField(default=False)),
                ("person", models.ForeignKey(on_delete=models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "tenant_number"),
                        condition=models.Q(acted_at=None, withdrawn_at=None),
                        name="accounts_leaving_planned_once",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="LeavingTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10)),
                ("words", models.CharField(max_length=200)),
                ("due_on", models.DateField()),
                ("done_at", models.DateTimeField(null=True)),
                ("done_by", models.CharField(max_length=40, blank=True, default="")),
                ("note", models.CharField(max_length=200, blank=True, default="")),
                ("leaving", models.ForeignKey(on_delete=models.deletion.CASCADE, related_name="tasks", to="accounts.leaving")),
            ],
        ),
        migrations.CreateModel(
            name="LeavingPlan",
            fields=[
                ("tenant_number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("lines", models.JSONField()),
                ("days", models.JSONField()),
                ("changed_at", models.DateTimeField()),
            ],
        ),
    ]
