"""Names of tenants' own for their public pages."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0012_nested")]

    operations = [
        migrations.CreateModel(
            "PublicHost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tenant_number", models.BigIntegerField(db_index=True)),
                ("host", models.CharField(max_length=253)),
                ("secret", models.CharField(max_length=32)),
                ("added_at", models.DateTimeField()),
                ("looked_at", models.DateTimeField(null=True)),
                ("seen", models.CharField(blank=True, default="", max_length=12)),
                ("verified_at", models.DateTimeField(null=True)),
                ("in_links", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_number", "host"), name="tenancy_host_named_once"),
                    models.UniqueConstraint(fields=("host",), condition=models.Q(verified_at__isnull=False), name="tenancy_host_of_one"),
                    models.UniqueConstraint(fields=("tenant_number",), condition=models.Q(in_links=True), name="tenancy_one_host_in_links"),
                ]
            },
        ),
    ]
