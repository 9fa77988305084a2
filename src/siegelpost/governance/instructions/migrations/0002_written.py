import django.db.models.deletion
from django.db import migrations, models

KEY = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


def about() -> tuple[str, "models.OneToOneField[object, object]"]:
    """The instruction that a row is about."""
    return "instruction", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="instructions.instruction")


class Migration(migrations.Migration):
    """In which form an instruction came, and who checked its signature; append-only."""

    dependencies = [("instructions", "0001_initial")]

    operations = [
        migrations.CreateModel("Form", fields=[KEY, about(), ("form", models.CharField(max_length=12))]),
        migrations.CreateModel(
            "Check",
            fields=[
                KEY,
                about(),
                ("sound", models.BooleanField()),
                ("note", models.TextField(blank=True)),
                ("actor", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
            ],
        ),
    ]
