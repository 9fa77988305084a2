from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0002_broken_relays")]

    operations = [migrations.AddField(model_name="tenant", name="demands_tls", field=models.BooleanField(default=False))]
