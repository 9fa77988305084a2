from django.db import migrations, models


class Migration(migrations.Migration):
    """Personal links of those who agreed to be measured singly have a key per mailing."""

    dependencies = [("delivery", "0009_reached")]

    operations = [
        migrations.CreateModel(
            name="PersonalKey",
            fields=[
                ("mailing_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("sealed", models.BinaryField()),
                ("until", models.BigIntegerField()),
                ("n", models.BigIntegerField(default=0)),
            ],
        ),
    ]
