"""Segments: conditions on people, with a name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One table more."""

    dependencies = [("audience", "0007_leaving_looked_up_once")]

    operations = [
        migrations.CreateModel(
            "Segment",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, unique=True)),
                ("text", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
            ],
        ),
    ]
