import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mailings", "0003_start_at"),
    ]

    operations = [
        migrations.CreateModel(
            name="DomainCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(max_length=7)),
                ("findings", models.JSONField()),
                ("at", models.DateTimeField()),
                ("domain", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, to="mailings.senderdomain")),
            ],
        ),
        migrations.CreateModel(
            name="IdleKeys",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rsa_selector", models.CharField(max_length=40)),
                ("rsa_key", models.BinaryField()),
                ("rsa_value", models.TextField()),
                ("ed_selector", models.CharField(max_length=40)),
                ("ed_key", models.BinaryField()),
                ("ed_value", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(null=True)),
                ("domain", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="mailings.senderdomain")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("retired_at", None)), fields=("domain",), name="mailings_one_next_pair")
                ],
            },
        ),
    ]
