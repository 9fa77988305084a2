from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("evidence", "0008_person_search")]

    operations = [
        migrations.CreateModel(
            name="Stamp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("size", models.BigIntegerField(unique=True)),
                ("at", models.DateTimeField()),
                ("answer", models.BinaryField()),
            ],
        ),
    ]
