from django.db import migrations, models


class Migration(migrations.Migration):
    """Which deliveries went out without pixel and measured links."""

    dependencies = [("delivery", "0006_attachment")]

    operations = [
        migrations.AddField(model_name="delivery", name="plain", field=models.BooleanField(db_default=False, default=False)),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(condition=models.Q(("plain", True)), fields=["mailing_id", "variant_id"], name="delivery_plain"),
        ),
    ]
