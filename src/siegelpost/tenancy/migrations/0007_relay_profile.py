from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0006_certificates")]

    operations = [
        migrations.AddField(model_name="relayentry", name="unsigned", field=models.JSONField(default=list)),
        migrations.AddField(model_name="relayentry", name="signatures", field=models.PositiveSmallIntegerField(default=2)),
    ]
