"""Roles of tenants reach some lists and folders only, and hide fields."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_password_reset")]

    operations = [
        migrations.AddField(model_name="role", name="limits", field=models.JSONField(default=dict)),
    ]
