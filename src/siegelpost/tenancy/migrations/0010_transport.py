from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0009_operator_key")]

    operations = [migrations.AddField(model_name="hostcertificate", name="transport", field=models.JSONField(default=dict))]
