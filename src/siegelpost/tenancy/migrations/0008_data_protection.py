from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0007_relay_profile")]

    operations = [
        migrations.AddField(
            model_name="tenant",
            name="data_protection",
            field=models.CharField(blank=True, default="", max_length=254),
            preserve_default=False,
        )
    ]
