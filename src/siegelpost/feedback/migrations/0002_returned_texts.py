"""What other servers wrote about bounces is kept for a while, and bounces can be looked through."""

import django.db.models.deletion
from django.db import migrations, models

BOUNCES = ("hard", "soft", "policy", "full")


class Migration(migrations.Migration):
    """A table of texts beside the events, and indexes for the page of all bounces and for those of one person."""

    dependencies = [("feedback", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ReturnedText",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to="feedback.event"
                    ),
                ),
                ("sealed", models.BinaryField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.AddIndex("returnedtext", models.Index(fields=["at"], name="feedback_texts_by_age")),
        migrations.AddIndex("event", models.Index(fields=["at"], condition=models.Q(kind__in=BOUNCES), name="feedback_bounces")),
        migrations.AddIndex("event", models.Index(fields=["subscriber_id"], name="feedback_of_person")),
    ]
