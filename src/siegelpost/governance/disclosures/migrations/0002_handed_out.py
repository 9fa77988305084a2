from django.db import migrations, models


class Migration(migrations.Migration):
    """How many bytes an entry stands for, and what the doors counted."""

    dependencies = [("disclosures", "0001_initial")]

    operations = [
        migrations.AddField("disclosure", "size", models.BigIntegerField(null=True)),
        migrations.CreateModel(
            name="HandedOut",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("act", models.CharField(max_length=60)),
                ("channel", models.CharField(max_length=20)),
                ("files", models.BigIntegerField(default=0)),
                ("bytes", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("day", "act", "channel"), name="disclosures_handed_out_once")],
            },
        ),
    ]
