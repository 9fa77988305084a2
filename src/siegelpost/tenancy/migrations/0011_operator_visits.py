"""Who lets the operator into a tenant's data, and who was there."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0010_transport")]

    operations = [
        migrations.CreateModel(
            name="Admission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tenant_number", models.BigIntegerField(db_index=True)),
                ("emergency", models.BooleanField()),
                ("purpose", models.CharField(max_length=300)),
                ("asked_by", models.BigIntegerField()),
                ("asked_at", models.DateTimeField()),
                ("agreed_by", models.BigIntegerField(null=True)),
                ("agreed_at", models.DateTimeField(null=True)),
                ("until", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="OperatorVisit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tenant_number", models.BigIntegerField()),
                ("person_id", models.BigIntegerField(null=True)),
                ("at_command_line", models.BooleanField()),
                ("reason", models.CharField(max_length=300)),
                ("opened_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("how", models.CharField(blank=True, default="", max_length=10)),
                ("settled", models.BooleanField(default=False)),
                ("admission", models.ForeignKey(on_delete=models.deletion.PROTECT, related_name="visits", to="tenancy.admission")),
            ],
            options={"indexes": [models.Index(fields=["tenant_number", "ended_at"], name="tenancy_visit_open")]},
        ),
    ]
