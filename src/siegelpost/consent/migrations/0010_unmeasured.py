from django.db import migrations, models

VIEW = "CREATE VIEW consent_not_measured AS SELECT key AS address_key FROM consent_unmeasured"


class Migration(migrations.Migration):
    """consent_not_measured is published: keyed hashes of the addresses of those who want no measuring at all."""

    dependencies = [("consent", "0009_parents_list")]

    operations = [
        migrations.CreateModel(
            name="Unmeasured",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.BinaryField(unique=True)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(VIEW, "DROP VIEW consent_not_measured"),
    ]
