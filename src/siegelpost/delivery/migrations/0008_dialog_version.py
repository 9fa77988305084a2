from django.db import migrations, models


class Migration(migrations.Migration):
    """Of which version of a dialog mailing a mail was made."""

    dependencies = [("delivery", "0007_plain")]

    operations = [
        migrations.AddField(model_name="outgoing", name="dialog_version", field=models.BigIntegerField(null=True)),
        migrations.AddIndex(
            model_name="outgoing",
            index=models.Index(
                condition=models.Q(("dialog_version__gt", 0)), fields=["dialog_version", "state"], name="delivery_outgoing_dialog"
            ),
        ),
    ]
