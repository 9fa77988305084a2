from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="BrokenRelay",
            fields=[
                ("name", models.CharField(max_length=260, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40)),
                ("said", models.CharField(blank=True, default="", max_length=16)),
                ("since", models.BigIntegerField()),
                ("next_try", models.BigIntegerField()),
                ("pause", models.IntegerField()),
            ],
        ),
    ]
