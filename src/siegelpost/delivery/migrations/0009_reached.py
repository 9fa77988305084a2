from django.db import migrations, models


class Migration(migrations.Migration):
    """Whether somebody has had a mail of ours is asked of each who came by an import, before the first."""

    dependencies = [("delivery", "0008_dialog_version")]

    operations = [
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["subscriber_id"], condition=models.Q(state="sent"), name="delivery_reached"),
        ),
    ]
