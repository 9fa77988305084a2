import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Mails that answer one person's act, and each version of what they say."""

    dependencies = [("mailings", "0006_substitutes")]

    operations = [
        migrations.CreateModel(
            name="DialogMailing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("act", models.CharField(max_length=12)),
                ("name", models.CharField(max_length=120, unique=True)),
                ("active", models.BooleanField(default=False)),
                ("version", models.IntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("sender", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="mailings.sender")),
            ],
        ),
        migrations.CreateModel(
            name="DialogVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField()),
                ("format", models.CharField(max_length=4)),
                ("words", models.JSONField()),
                ("saved_at", models.DateTimeField()),
                ("saved_by", models.CharField(max_length=80)),
                ("dialog", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="mailings.dialogmailing")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("dialog", "number"), name="mailings_dialog_version_once")],
            },
        ),
    ]
