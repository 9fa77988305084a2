from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0008_data_protection")]

    operations = [migrations.AddField(model_name="installation", name="wrapped_key", field=models.BinaryField(default=b""))]
