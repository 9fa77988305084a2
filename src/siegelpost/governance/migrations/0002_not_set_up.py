from django.db import migrations, models


class Migration(migrations.Migration):
    """A result may say that there is nothing to look at."""

    dependencies = [("governance", "0001_initial")]

    operations = [migrations.AlterField("result", "state", models.CharField(max_length=12))]
