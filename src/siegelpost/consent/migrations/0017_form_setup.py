from django.db import migrations, models


class Migration(migrations.Migration):
    """What a form asks beside the address, how long one waits, which mails answer."""

    dependencies = [("consent", "0016_opt_outs")]

    operations = [
        migrations.AddField(model_name="form", name="setup", field=models.JSONField(default=dict)),
    ]
