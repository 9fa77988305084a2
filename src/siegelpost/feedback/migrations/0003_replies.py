"""Answers that were read as a withdrawal are kept, so that staff see and can correct them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One table."""

    dependencies = [("feedback", "0002_returned_texts")]

    operations = [
        migrations.CreateModel(
            name="Reply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.BinaryField(unique=True)),
                ("subscriber_id", models.BigIntegerField(null=True)),
                ("key", models.BinaryField()),
                ("mailing_id", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField()),
                ("sealed", models.BinaryField()),
                ("changed", models.JSONField()),
                ("corrected_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=500)),
            ],
            options={"indexes": [models.Index(fields=["at"], name="feedback_replies_by_age")]},
        ),
    ]
