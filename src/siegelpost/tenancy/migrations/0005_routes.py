from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0004_hard_bounces")]

    operations = [
        migrations.CreateModel(
            name="RelayEntry",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("wrapped_url", models.BinaryField()),
                ("set_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Route",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tenant_number", models.BigIntegerField()),
                ("domain", models.CharField(blank=True, default="", max_length=253)),
                ("relays", models.JSONField()),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("tenant_number", "domain"), name="tenancy_route_once")]},
        ),
    ]
