from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0005_routes")]

    operations = [
        migrations.CreateModel(
            name="HostCertificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("host", models.CharField(max_length=253)),
                ("port", models.PositiveIntegerField()),
                ("valid_until", models.BigIntegerField(null=True)),
                ("fault", models.CharField(blank=True, max_length=20)),
                ("looked_at", models.BigIntegerField()),
                ("told", models.SmallIntegerField(null=True)),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("host", "port"), name="tenancy_host_once")]},
        ),
    ]
