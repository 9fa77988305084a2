from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0003_demands_tls")]

    operations = [migrations.AddField(model_name="tenant", name="hard_bounces", field=models.PositiveSmallIntegerField(null=True))]
