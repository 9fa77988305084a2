"""Names that stand for the same thing in several tenants, and mailings that came from above."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailings", "0005_pace")]

    operations = [
        migrations.CreateModel(
            "Substitute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=8)),
                ("thing", models.BigIntegerField()),
                ("name", models.CharField(max_length=60)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "thing"), name="mailings_substitute_one_each"),
                    models.UniqueConstraint(fields=("kind", "name"), name="mailings_substitute_once"),
                ]
            },
        ),
        migrations.CreateModel(
            "SharedMailing",
            fields=[
                (
                    "mailing",
                    models.OneToOneField("mailings.mailing", primary_key=True, serialize=False, on_delete=models.deletion.CASCADE),
                ),
                ("origin", models.BigIntegerField(db_index=True)),
                ("version", models.IntegerField()),
                ("left_as", models.CharField(max_length=64)),
            ],
        ),
    ]
