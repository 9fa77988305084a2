from django.db import migrations, models

COPY = "INSERT INTO measure_classcounter (variant_id, what, name, n) SELECT variant_id, 'device', device, n FROM measure_devicecounter WHERE device <> 'bot'"
BOTS = "INSERT INTO measure_classcounter (variant_id, what, name, n) SELECT variant_id, 'machine', 'scanner', n FROM measure_devicecounter WHERE device = 'bot'"


class Migration(migrations.Migration):
    """Devices, families of clients and machines are counted apart; people are estimated by the day; each launch keeps its mode."""

    dependencies = [("measure", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ClassCounter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("variant_id", models.BigIntegerField()),
                ("what", models.CharField(max_length=8)),
                ("name", models.CharField(max_length=12)),
                ("n", models.BigIntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("variant_id", "what", "name"), name="measure_classcounter_once")],
            },
        ),
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
        migrations.RunSQL(BOTS, migrations.RunSQL.noop),
        migrations.DeleteModel(name="DeviceCounter"),
        migrations.RemoveConstraint(model_name="unique", name="measure_unique_once"),
        migrations.AddField(model_name="unique", name="day", field=models.BigIntegerField(db_default=0, default=0)),
        migrations.AddConstraint(
            model_name="unique",
            constraint=models.UniqueConstraint(fields=("variant_id", "position", "epoch", "day"), name="measure_unique_once"),
        ),
        migrations.CreateModel(
            name="Frozen",
            fields=[
                ("mailing_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("mode", models.CharField(max_length=12)),
                ("people", models.BooleanField()),
                ("why", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="Choice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mode", models.CharField(max_length=12)),
                ("people", models.BooleanField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ListMode",
            fields=[
                ("list_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("mode", models.CharField(max_length=12)),
            ],
        ),
    ]
