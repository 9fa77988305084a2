import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_tokens")]

    operations = [
        migrations.CreateModel(
            name="Identity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("issuer", models.CharField(max_length=255)),
                ("subject", models.CharField(max_length=255)),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="identities", to="accounts.person")),
                ("sealed", models.TextField(blank=True, default="")),
                ("linked_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("issuer", "subject"), name="accounts_identity_once"),
                    models.UniqueConstraint(fields=("issuer", "person"), name="accounts_identity_of_one"),
                ]
            },
        ),
    ]
