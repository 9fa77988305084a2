import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Erasures, and the proofs that stay after one."""

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.BinaryField()),
                ("sealed", models.BinaryField()),
                ("receipt", models.CharField(max_length=19)),
                ("actor", models.CharField(max_length=80)),
                ("begun_at", models.DateTimeField()),
                ("stores", models.JSONField(default=dict)),
                ("swept_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("certificate", models.JSONField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["receipt"], name="erasure_by_receipt"),
                    models.Index(fields=["key"], name="erasure_by_key"),
                ],
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("done_at", None)), fields=("key",), name="erasure_going_on_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Kept",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.BinaryField(db_index=True)),
                ("what", models.CharField(max_length=10)),
                ("sealed", models.BinaryField()),
                ("until", models.DateTimeField(db_index=True)),
                ("erasure", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="erasure.erasure")),
            ],
        ),
    ]
