from django.db import migrations, models


class Migration(migrations.Migration):
    """The confirmation mail as it was queued, sealed, beside the sign-up that waits."""

    dependencies = [("signups", "0001_initial")]

    operations = [
        migrations.AddField(model_name="signup", name="asked", field=models.BinaryField(null=True)),
    ]
