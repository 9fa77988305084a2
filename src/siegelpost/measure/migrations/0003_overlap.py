from django.db import migrations, models


class Migration(migrations.Migration):
    """Which mailings are withheld together is found once, when their audiences are frozen."""

    dependencies = [("measure", "0002_apart")]

    operations = [
        migrations.CreateModel(
            name="Overlap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mailing_id", models.BigIntegerField()),
                ("other_id", models.BigIntegerField(db_index=True)),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("mailing_id", "other_id"), name="measure_overlap_once")]},
        ),
    ]
