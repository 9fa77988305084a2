"""DMARC aggregate and TLS reports about sender domains."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A table of reports and one of their lines."""

    dependencies = [("feedback", "0003_replies")]

    operations = [
        migrations.CreateModel(
            name="DomainReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.BinaryField(unique=True)),
                ("domain_id", models.BigIntegerField()),
                ("kind", models.CharField(max_length=5)),
                ("reporter", models.CharField(max_length=120)),
                ("day", models.DateField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["domain_id", "day"], name="feedback_reports_of_domain"),
                    models.Index(fields=["day"], name="feedback_reports_by_age"),
                ]
            },
        ),
        migrations.CreateModel(
            name="DomainReportLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(blank=True, default="", max_length=45)),
                ("result", models.CharField(max_length=40)),
                ("policy", models.CharField(blank=True, default="", max_length=20)),
                ("count", models.BigIntegerField()),
                (
                    "report",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="feedback.domainreport"),
                ),
            ],
        ),
    ]
