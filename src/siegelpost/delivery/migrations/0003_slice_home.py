from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0002_holds")]

    operations = [
        migrations.AddField(model_name="slice", name="home", field=models.CharField(db_default="", default="", max_length=16)),
    ]
