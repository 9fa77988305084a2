from django.db import migrations, models


class Migration(migrations.Migration):
    """Opens and clicks of single people who agreed, apart from what knows nobody; and by what right."""

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Certificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("said", models.JSONField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Duties",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("confirmed_by", models.CharField(max_length=120)),
                ("information", models.CharField(max_length=500)),
                ("consent_text", models.CharField(max_length=500)),
                ("ground", models.CharField(max_length=200)),
                ("contact", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("instruction_id", models.BigIntegerField()),
                ("purpose", models.CharField(max_length=300)),
                ("mode", models.CharField(max_length=12)),
                ("list_ids", models.JSONField()),
                ("until", models.DateTimeField()),
                ("opened_at", models.DateTimeField()),
                ("asleep", models.BooleanField(default=False)),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_how", models.CharField(blank=True, default="", max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name="Refused",
            fields=[
                ("mailing_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("n", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Taken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mailing_id", models.BigIntegerField()),
                ("variant_id", models.BigIntegerField()),
                ("position", models.IntegerField()),
                ("subscriber_id", models.BigIntegerField()),
                ("n", models.BigIntegerField()),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["mailing_id"], name="singly_event_mailing")],
                "constraints": [models.UniqueConstraint(fields=("subscriber_id", "variant_id", "position"), name="singly_event_once")],
            },
        ),
    ]
