from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("evidence", "0005_input_triggers")]

    operations = [
        migrations.CreateModel(
            name="AccessKey",
            fields=[("day", models.DateField(primary_key=True, serialize=False)), ("wrapped", models.BinaryField())],
        ),
        migrations.CreateModel(
            name="AccessEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(db_index=True)),
                ("content", models.BinaryField(null=True)),
                ("hash", models.BinaryField()),
                ("batch", models.BigIntegerField(null=True)),
            ],
            options={"indexes": [models.Index(fields=["batch"], name="evidence_access_batch")]},
        ),
    ]
